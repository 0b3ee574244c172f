/**
 * The proof that a target was alive before it was provoked. A peer that drops every connection must
 * not pass, so every case whose own events do not show life begins with one small exchange.
 */

import type { ConversationEvent } from '../wire/conversation.ts';
import type { Direction } from '../wire/direction.ts';
import { opcodes } from '../wire/wire.ts';
import type { Case } from './case.ts';
import { traitsOf } from './ending.ts';
import type { ExpectedEvent } from './expectation.ts';

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

/** What the peer's first frame asked for, if that frame was the proof's question. */
export function aliveAnswer(peer: Direction): ExpectedEvent | undefined {
  // A target that pings at once gets its pong before anything else.
  const question = peer.frames.find(({ opcode }) => opcode !== opcodes.pong);
  // The length first: the first frame may be a case's own, and of many megabytes.
  if (question?.declaredLength !== BigInt(alivePayload.length)) return undefined;
  if (Buffer.from(question.payload).toString('latin1') !== alivePayload) return undefined;
  return signOfLife(question.opcode === opcodes.ping ? 'ping' : 'text');
}

/** What answers the proof's question. Any pong shows life; what it carries, cases about pings judge. */
export function signOfLife(question: 'ping' | 'text'): ExpectedEvent {
  return question === 'ping'
    ? { kind: 'pong', payload: alivePayload, anyPayload: true }
    : { kind: 'text', payload: alivePayload };
}

export function isAnswerToProbe(event: ConversationEvent): boolean {
  return event.kind === 'pong' && Buffer.from(event.payload).toString('latin1') === probePayload;
}
