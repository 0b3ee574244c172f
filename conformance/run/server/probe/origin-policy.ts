/** Whether the target decides by the Origin of a request (RFC 6455 §10.2). */

import { closeProbe } from './closing.ts';
import type { ProbeConnections } from './connections.ts';

/** A foreign Origin is refused, and the target's own is accepted. Silence is not a refusal. */
export async function hasOriginPolicy(connections: ProbeConnections): Promise<boolean> {
  const withOrigin = (origin: string) =>
    connections.open((exchange) => closeProbe(exchange), { request: { origin } });
  const { accepted, server } = (await withOrigin('https://framewright.invalid')).conversation;
  if (accepted || server.ending.how === 'timeout') return false;
  return (await withOrigin('{origin}')).conversation.accepted;
}
