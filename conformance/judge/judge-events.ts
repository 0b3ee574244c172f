/** Judges what came back: messages and pongs, in order, before the connection ended. */

import type { Case } from '../format/case.ts';
import { traitsOf } from '../format/ending.ts';
import type { ExpectedEvent } from '../format/expectation.ts';
import { isAnswerToProbe, proofIn } from '../format/liveness.ts';
import { matchEvents, observedEvents } from '../format/match.ts';
import { answersMessages, repeatsCase } from '../format/own-messages.ts';
import { bytesOf } from '../format/payload.ts';
import { PongOrigins } from '../format/pong-origin.ts';
import { caseRule } from '../format/rule.ts';
import type { Conversation } from '../wire/conversation.ts';
import type { ObservedFrame } from '../wire/messages.ts';
import { type Place, placeOf } from '../wire/place.ts';
import { otherSide, type Side } from '../wire/timeline.ts';
import { findForgottenWindow } from './compression.ts';
import { eventsOfCase, type JudgedSide } from './judged-side.ts';
import { latePong, notAlive } from './rules.ts';
import {
  describeEnding,
  describeEvent,
  describeExpectation,
  describeHowTcpEnded,
} from './sentences.ts';
import type { Violation } from './violation.ts';

export function findInEvents(
  testCase: Case,
  conversation: Conversation,
  side: JudgedSide,
): Violation | undefined {
  const { role } = side;
  const proof = proofIn(testCase, conversation[otherSide(role)], side)?.answer;
  const expected = [...(proof ? [proof] : []), ...testCase.expect.events];
  const events = eventsOfCase(testCase, conversation, side).filter(
    (event) => !isAnswerToProbe(event) && (answersMessages(side) || event.kind !== 'message'),
  );
  if (!traitsOf(testCase.expect.ending).isDecided && expected.length <= (proof ? 1 : 0))
    return undefined;
  const observed = observedEvents(events, PongOrigins.of(conversation, role));
  // No section forbids a server to send unsolicited messages.
  const isOwn = role === 'server' ? repeatsCase(testCase, expected, side) : undefined;
  const match = matchEvents(expected, observed, isOwn);
  if (match.state === 'complete') return match.late && findLatePong(match.late);
  if (match.state === 'waiting' && match.instead === undefined) {
    const observedEnding = describeEnding(conversation, role);
    if (proof !== undefined && match.next === proof) {
      return {
        rule: notAlive,
        where: 'answers',
        expected: describeEvent(match.next),
        observed: `no sign of life before the provocation: ${observedEnding}`,
        seen: describeMissing(conversation, role),
      };
    }
    const answered = observed.filter(({ kind }) => kind === 'text' || kind === 'binary').length;
    return (
      findForgottenWindow(conversation, role, answered) ?? {
        rule: caseRule(testCase, 'missing-answer'),
        where: 'answers',
        expected: describeEvent(match.next),
        observed: observedEnding,
        seen: describeMissing(conversation, role),
      }
    );
  }
  const index = match.state === 'waiting' ? match.instead! : match.index;
  const seen = observed[index]!;
  return {
    rule: caseRule(testCase, match.next ? 'wrong-answer' : 'unexpected-answer'),
    where: 'answers',
    expected: match.next ? describeEvent(match.next) : describeExpectation(testCase),
    observed: describeEvent(seen),
    seen: match.next ? `another ${seen.kind}` : `a ${seen.kind}`,
    at: placeOfEvent(events, index, match.next?.kind === seen.kind ? match.next : undefined),
  };
}

/** How the target ended instead of answering, without what differs from case to case. */
function describeMissing(conversation: Conversation, role: Side): string {
  const { close, ending } = conversation[role];
  if (close) return close.code === undefined ? 'Close without a code' : `Close ${close.code}`;
  return ending.how === 'timeout' ? 'no answer in time' : describeHowTcpEnded(conversation, role);
}

function findLatePong(pong: ExpectedEvent): Violation {
  return {
    rule: latePong,
    where: 'answers',
    expected: `${describeEvent(pong)} as soon as its ping has come`,
    observed: 'the pong after the echo of a message that ended after the ping',
  };
}

/** Of an event of the expected kind, the first octet that is not the expected one. */
function placeOfEvent(
  events: Conversation['events'],
  index: number,
  expected: ExpectedEvent | undefined,
): Place | undefined {
  const answers = events.flatMap((event) => {
    if (event.kind === 'pong') return [{ frames: [event.frame], isPlain: true }];
    if (event.kind !== 'message') return [];
    // Octets on the wire are those of the message only where it is not compressed.
    return [{ frames: event.message.frames, isPlain: !event.message.compressed }];
  });
  const { frames, isPlain } = answers[index]!;
  const different = expected && isPlain ? firstDifference(frames, expected) : undefined;
  return different ?? placeOf(frames[0]!);
}

function firstDifference(
  frames: readonly ObservedFrame[],
  { payload }: ExpectedEvent,
): Place | undefined {
  const expected = bytesOf(payload);
  let before = 0;
  for (const { from, offset, headerLength, payload: octets } of frames) {
    const index = octets.findIndex((octet, at) => octet !== expected[before + at]);
    if (index >= 0) return { from, offset: offset + headerLength + index, length: 1 };
    before += octets.length;
  }
  return undefined;
}
