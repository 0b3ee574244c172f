/**
 * `npm run record:profiles [name…]`: makes local clients open a WebSocket through a tap and stores
 * their requests as `conformance/catalogue/profiles/NAME.json`. A client that is not installed keeps
 * its profile, and the exit code is 1.
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Profile } from '../conformance/catalogue/profiles/profile.ts';
import { startTap } from '../conformance/transport/tap.ts';
import type { HttpHead } from '../conformance/wire/http-head.ts';
import { createWebSocketServer } from '../server/node/server.ts';
import { type Client, profileClients } from './profile-clients.ts';

const placeholders: Readonly<Record<string, string>> = {
  host: '{host}',
  origin: '{origin}',
  'sec-websocket-key': '{key}',
};

/** What differs from one request to the next becomes a placeholder; the rest is unchanged. */
function linesOf({ startLine, headers }: HttpHead, written: Buffer): string[] {
  const target = startLine.kind === 'request' ? startLine.target : '';
  const fields = headers.map(({ name, value, offset, length }) => {
    const line = written.toString('latin1', offset, offset + length).replace(/\r\n$/, '');
    const placeholder = placeholders[name.toLowerCase()];
    return placeholder ? line.replace(value, placeholder) : line;
  });
  return [startLine.text.replace(target, '{target}'), ...fields];
}

async function record(name: string, client: Client): Promise<Profile> {
  const server = createWebSocketServer({
    endpoints: { '/': { open: (s) => void s.send('hello') } },
  });
  const { port } = await server.listen();
  const tap = await startTap({ target: { host: '127.0.0.1', port } });
  try {
    const { product, version } = await client(`ws://127.0.0.1:${tap.port}/`);
    const connection = await tap.connection();
    const { head } = connection.conversation().client;
    if (!head) throw new Error(`no request came\n${connection.annotated()}`);
    const recorded = new Date().toISOString().slice(0, 10);
    return { name, product, version, recorded, lines: linesOf(head, connection.bytes('client')) };
  } finally {
    await tap.close();
    await server.close(1001, 0);
  }
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in profileClients));
if (unknown.length > 0) {
  console.error(
    `No client ${unknown.join(', ')}; known: ${Object.keys(profileClients).join(', ')}`,
  );
  process.exit(2);
}
for (const [name, client] of Object.entries(profileClients)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  try {
    const profile = await record(name, client);
    const file = new URL(`../conformance/catalogue/profiles/${name}.json`, import.meta.url);
    await writeFile(file, `${JSON.stringify(profile, undefined, 2)}\n`);
    console.log(`${name}: ${profile.product} ${profile.version}, stored in ${fileURLToPath(file)}`);
  } catch (error) {
    process.exitCode = 1;
    console.error(`${name}: not recorded: ${error instanceof Error ? error.message : error}`);
  }
}
