import { freshSeed } from '../../../format/seed.ts';
import { playFreely } from '../../../play/player.ts';
import { connect, type ServerTarget } from '../../../transport/connect.ts';
import { closeProbe } from './closing.ts';
import { conversationProbe } from './connections.ts';

/**
 * Whether the target still answers a handshake, even with a refusal.
 * @throws {ConnectError} when nothing is listening
 */
export async function answersHandshakes(
  target: ServerTarget,
  timeout: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const channel = await connect(target, timeout, signal);
  const options = { timeout, grace: timeout, echo: false, seed: freshSeed() };
  const ownOrigin = { ...conversationProbe, handshake: { request: { origin: '{origin}' } } };
  const { conversation } = await playFreely(ownOrigin, channel, target, options, (exchange) =>
    closeProbe(exchange),
  );
  return conversation.server.head !== undefined;
}
