/**
 * The proof that a target was alive before it was provoked. A peer that drops every connection must
 * not pass, so every case whose own events do not show life begins with one small exchange.
 */

import type { ConversationEvent } from '../wire/conversation.ts';
import type { Direction } from '../wire/direction.ts';
import type { ObservedFrame } from '../wire/messages.ts';
import { opcodes } from '../wire/wire.ts';
import { type ApplicationMessage, frameOf } from './application-message.ts';
import type { Case } from './case.ts';
import { traitsOf } from './ending.ts';
import type { ExpectedEvent } from './expectation.ts';
import { equalsPayload, lengthOf } from './payload.ts';
import { close, type FrameItem, ping, text } from './step.ts';
import { initsBefore, type Proof, proofOf, type TargetProfile } from './target-profile.ts';

export const alivePayload = 'framewright: alive?';
/** Asks, after a provocation, whether the target goes on as if nothing had happened. */
export const probePayload = 'framewright: still there?';

/** Nothing but the proof and a normal close. */
export const aliveCase: Case = {
  id: 'alive/fresh-connection',
  title: 'a fresh connection is served',
  level: 'must',
  document: 'RFC 6455',
  section: '1.2',
  requirement: 'what one connection does leaves the others alone',
  against: ['server', 'client'],
  steps: [],
  expect: { events: [], ending: { kind: 'normal' } },
};

export function provesAliveFirst(testCase: Case): boolean {
  const { events, ending } = testCase.expect;
  const { provesAlive } = traitsOf(ending);
  if (testCase.alive === 'untested' || provesAlive === 'never') return false;
  if (testCase.handshake?.coalesced) return false;
  return provesAlive === 'always' || !events.some((event) => !event.optional);
}

/** Whether all is seen once the proof is answered, or is not: nothing is provoked after it. */
export function asksAboutOpening(testCase: Case): boolean {
  const { expect, steps } = testCase;
  return !traitsOf(expect.ending).isDecided && steps.length === 0 && provesAliveFirst(testCase);
}

/** The question of each proof, and what answers it. */
export function questionOf(
  proof: Exclude<Proof, 'none'>,
  message: ApplicationMessage | undefined,
): { readonly question: FrameItem; readonly answer: ExpectedEvent } {
  if (proof === 'message' && message) {
    const { type: kind, payload } = message;
    return { question: frameOf(message), answer: { kind, payload, anyMessage: true } };
  }
  // Any pong shows life; what it carries, cases about pings judge.
  return proof === 'pong'
    ? {
        question: ping(alivePayload),
        answer: { kind: 'pong', payload: alivePayload, anyPayload: true },
      }
    : { question: text(alivePayload), answer: { kind: 'text', payload: alivePayload } };
}

/** The peer's first frame if that was the question of a proof, and what answers it. */
export function proofIn(
  testCase: Case,
  peer: Direction,
  profile: TargetProfile,
): { readonly question: ObservedFrame; readonly answer: ExpectedEvent } | undefined {
  // A target that pings at once gets its pong before anything else.
  const asked = peer.frames.filter(({ opcode }) => opcode !== opcodes.pong);
  const first = asked[initsBefore(testCase, profile)];
  if (!first) return undefined;
  const { message } = profile;
  const isMessage = provesAliveFirst(testCase) && proofOf(testCase, profile) === 'message';
  const proof = isMessage ? 'message' : first.opcode === opcodes.ping ? 'pong' : 'echo';
  const { question, answer } = questionOf(proof, message);
  // The length first: the first frame may be a case's own, and of many megabytes.
  if (first.declaredLength !== BigInt(lengthOf(question.payload))) return undefined;
  return equalsPayload(question.payload, first.payload) ? { question: first, answer } : undefined;
}

/**
 * A Close that asks whether the target is still there: it needs neither an echo nor a pong, and no
 * flood protection counts it.
 */
export const closingQuestion = close(1000, probePayload);

export const isClosingQuestion = ({ opcode, payload }: ObservedFrame): boolean =>
  opcode === opcodes.close && Buffer.from(payload.subarray(2)).toString('latin1') === probePayload;

export function isAnswerToProbe(event: ConversationEvent): boolean {
  return event.kind === 'pong' && Buffer.from(event.payload).toString('latin1') === probePayload;
}
