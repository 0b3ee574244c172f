/**
 * An end that came so late that an idle timeout of the target may have caused it. RFC 6455 §5.5.1:
 * a Close is answered as soon as practical, and the server then closes TCP at once.
 */
import type { Conversation } from '../wire/conversation.ts';
import { otherSide, type Side } from '../wire/timeline.ts';

/** In ms: what takes longer than this, with nothing else sent meanwhile, is late. */
const shortestDelay = 5000;

/** A target far away, or a slow one, takes long for each answer: that many handshakes are not late. */
const handshakes = 4;

/** @returns how long after the Close it answers, in ms; undefined where it was in time, or is none */
export function delayOfLateClose(conversation: Conversation, role: Side): number | undefined {
  const { close, frames } = conversation[role];
  const asked = conversation[otherSide(role)].close;
  if (!close || !asked || close.frame.at < asked.frame.at) return undefined;
  // A target that still sends what it owes for earlier messages is busy, not late.
  const before = frames.findLast((frame) => frame !== close.frame && frame.at <= close.frame.at);
  const silence = close.frame.at - Math.max(asked.frame.at, before?.at ?? 0);
  return silence < latest(conversation) ? undefined : close.frame.at - asked.frame.at;
}

/** @returns how long after the second Close, in ms; undefined where TCP ended in time, or not at all */
export function delayOfLateEnd(conversation: Conversation, role: Side): number | undefined {
  const delay = delayOfEnd(conversation, role);
  return delay === undefined || delay < latest(conversation) ? undefined : delay;
}

/** From the second Close to the end of TCP, in ms. */
export function delayOfEnd(conversation: Conversation, role: Side): number | undefined {
  const { close, ending } = conversation[role];
  const other = conversation[otherSide(role)].close;
  if (!close || !other || (ending.how !== 'fin' && ending.how !== 'rst')) return undefined;
  return ending.at - Math.max(close.frame.at, other.frame.at);
}

function latest({ client, server }: Conversation): number {
  const trip = client.head && server.head ? server.head.at - client.head.at : 0;
  return Math.max(shortestDelay, handshakes * trip);
}
