/**
 * What a target that refuses the plain handshake may want: a subprotocol that is often required, or an
 * Origin. Each is tried on a separate connection.
 */
import type { ServerTarget } from '../../../transport/connect.ts';
import type { Header } from '../../../wire/http-head.ts';
import { ProbeConnections } from './connections.ts';
import { endsAtOnce } from './refusals.ts';
import { SilenceWatch } from './silence.ts';

/** Of servers that refuse a client without one: MQTT 5.0 §6, RFC 7395, and names in wide use. */
const subprotocols = [
  'mqtt',
  'xmpp',
  'graphql-transport-ws',
  'graphql-ws',
  'vite-hmr',
  'janus-protocol',
  'binary',
  'v12.stomp',
  'wamp.2.json',
] as const;

/** How long a connection has to stay open, in ms. */
const shortWatch = 300;

/**
 * @param timeout for each handshake, in ms
 * @returns the first header with which the target accepts a handshake and stays; undefined if none helps
 */
export async function findHelpfulHeader(
  target: ServerTarget,
  timeout: number,
): Promise<Header | undefined> {
  const { protocol, host } = target.url;
  const own = `${protocol === 'wss:' ? 'https' : 'http'}://${host}`;
  const candidates: readonly Header[] = [
    ...subprotocols.map((name) => ['Sec-WebSocket-Protocol', name] as const),
    ['Origin', own],
  ];
  const given = new Set(target.headers.map(([name]) => name.toLowerCase()));
  for (const header of candidates) {
    if (given.has(header[0].toLowerCase())) continue;
    const headers = [...target.headers, header];
    if (await isServed({ ...target, headers }, timeout)) return header;
  }
  return undefined;
}

async function isServed(target: ServerTarget, timeout: number): Promise<boolean> {
  const options = { timeout: Math.min(timeout, 2000), silence: shortWatch, inits: [] };
  const watch = new SilenceWatch(new ProbeConnections(target, options), shortWatch);
  try {
    const { conversation } = await watch.first;
    return conversation.accepted && !endsAtOnce(conversation);
  } catch {
    return false;
  } finally {
    await watch.stop();
  }
}
