/** The first connection of a probe, which a target that has just been started may not accept yet. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Handshake } from '../../../format/handshake.ts';
import { ConnectError } from '../../../transport/connect.ts';
import { retryAfterIn } from '../retry-after.ts';
import type { ProbeConnections, ProbedConversation } from './connections.ts';
import { notAccepted } from './refusals.ts';
import { SilenceWatch } from './silence.ts';

export interface Opened {
  /** Goes on until it is decided how long. */
  readonly watch: SilenceWatch;
  readonly first: ProbedConversation;
}

/**
 * The first conversation that is accepted, with the offer or without it; Retry-After is followed once.
 * @param warmUp how long the target may take until its first handshake works, in ms from now
 * @throws {NotAWebSocketServerError}
 */
export async function firstAccepted(
  connections: ProbeConnections,
  offer: Handshake,
  shortestWatch: number,
  warmUp: number,
): Promise<Opened> {
  const deadline = performance.now() + warmUp;
  let hasWaited = false;
  const open = async (handshake?: Handshake): Promise<Opened> => {
    const watch = new SilenceWatch(connections, shortestWatch, handshake);
    return { watch, first: await watch.first };
  };
  for (let wait = 50; ; wait = Math.min(2 * wait, 1000)) {
    const isLate = performance.now() >= deadline;
    try {
      const opened = await open(offer);
      const { conversation, timeline } = opened.first;
      if (conversation.accepted) return opened;
      const retryAfter = hasWaited ? undefined : retryAfterIn(conversation);
      if (retryAfter !== undefined) {
        hasWaited = true;
        await pause(retryAfter);
        continue;
      }
      const plain = await open();
      if (plain.first.conversation.accepted) return plain;
      if (isLate || !mayBeWarmingUp(opened.first)) {
        const { target, options } = connections;
        throw notAccepted(target, conversation, timeline, options.timeout);
      }
    } catch (error) {
      if (isLate || !(error instanceof ConnectError)) throw error;
    }
    await pause(wait);
  }
}

/** No response at all, or a temporary refusal (RFC 9110 §15.6.3 to §15.6.5). */
function mayBeWarmingUp({ conversation: { server } }: ProbedConversation): boolean {
  const line = server.head?.startLine;
  return line?.kind !== 'response' || [502, 503, 504].includes(line.status ?? 0);
}
