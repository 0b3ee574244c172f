/** Whether the target closed the connection by itself, before it was asked what its case is about. */

import type { Case } from '../format/case.ts';
import { requestOf } from '../format/handshake.ts';
import { proofIn } from '../format/liveness.ts';
import { owedPongs } from '../format/pong-origin.ts';
import { initsBefore } from '../format/target-profile.ts';
import type { Conversation } from '../wire/conversation.ts';
import type { ObservedFrame } from '../wire/messages.ts';
import { placeOf } from '../wire/place.ts';
import { otherSide, type Side, type Timeline } from '../wire/timeline.ts';
import type { JudgedSide } from './judged-side.ts';
import { describeEnding } from './sentences.ts';

/** The name under which such a result is found again. */
export const leftFirst = 'left-first';

/**
 * An endpoint may close when it wants to (RFC 6455 §7.3), so that is no answer to the case.
 * @returns what was seen, or undefined where the target did not leave first
 */
export function findLeftFirst(
  testCase: Case,
  timeline: Timeline,
  conversation: Conversation,
  side: JudgedSide,
): string | undefined {
  const { role } = side;
  const { close } = conversation[role];
  if (!close || !awaitsProvocation(testCase)) return undefined;
  // What a body does to a target is what its case is about.
  if (requestOf(testCase.handshake)?.body !== undefined) return undefined;
  const peer = otherSide(role);
  const { head, frames } = conversation[peer];
  if (!head) return undefined;
  const owed = owedPongs(conversation, role);
  const question = proofIn(testCase, conversation[peer], side)?.question;
  const lastInit = frames.filter((frame) => !owed.has(frame))[initsBefore(testCase, side) - 1];
  const begun = question ?? lastInit;
  let provocation = begun ? endOf(begun) : head.offset + head.length;
  // A pong that the target asked for provokes nothing.
  for (const frame of frames)
    if (frame.offset === provocation && owed.has(frame)) provocation = endOf(frame);
  const written = writtenBefore(timeline, peer, role, close.frame.offset);
  if (written > provocation) return undefined;
  // An error code in answer to the proof's question is about that question.
  const isError = close.code !== undefined && close.code >= 1002 && close.code < 1012;
  const hasAnswered = conversation.events.some(
    (event) =>
      'from' in event &&
      event.from === role &&
      (event.kind === 'message' || event.kind === 'pong') &&
      event.at <= close.frame.at,
  );
  const wasAsked = question !== undefined && written > question.offset;
  if (isError && wasAsked && !hasAnswered) return undefined;
  const ending = describeEnding(conversation, role);
  return `${ending}: the target closed by itself, before anything was asked of it`;
}

const endOf = (frame: ObservedFrame) => {
  const { offset, length } = placeOf(frame);
  return offset + length;
};

/** A program that has to close, or a case without steps, is not provoked by anything. */
function awaitsProvocation({ script, page, steps, expect }: Case): boolean {
  const { kind } = expect.ending;
  const isJudged = kind === 'normal' || kind === 'closed' || kind === 'failed';
  return isJudged && !script && !page && (steps.length > 0 || kind === 'normal');
}

/** How many octets the peer had written when the target's Close came. */
function writtenBefore(timeline: Timeline, peer: Side, target: Side, closeAt: number): number {
  let written = 0;
  for (const entry of timeline.entries) {
    if (entry.kind !== 'bytes') continue;
    if (entry.from === target && entry.offset + entry.bytes.length > closeAt) break;
    if (entry.from === peer) written += entry.bytes.length;
  }
  return written;
}
