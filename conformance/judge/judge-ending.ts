/** Judges how a connection ended: Close, FIN, RST, or none of them in time. */

import { applyByKind, type ByKind } from '../format/by-kind.ts';
import type { Case } from '../format/case.ts';
import type { CloseCode, Ending, EndingOf } from '../format/ending.ts';
import { alivePayload, isClosingQuestion, probePayload } from '../format/liveness.ts';
import { framesOfCase } from '../format/pong-origin.ts';
import { caseRule } from '../format/rule.ts';
import type { Conversation } from '../wire/conversation.ts';
import type { ObservedFrame } from '../wire/messages.ts';
import { type Place, placeOf } from '../wire/place.ts';
import { otherSide, type Side } from '../wire/timeline.ts';
import type { JudgedSide } from './judged-side.ts';
import { delayOfLateClose, delayOfLateEnd } from './late-ending.ts';
import {
  failedWithoutClose,
  lateClose,
  lostTransport,
  noCloseFrame,
  tcpLeftOpenByClient,
  tcpLeftOpenByServer,
  tcpNotEndedByServerYet,
  wrongCodeInAnswer,
  wrongCodeOfFailure,
} from './rules.ts';
import { describeCodes, describeEnding, describeHowTcpEnded } from './sentences.ts';
import type { Violation } from './violation.ts';

type Find = (testCase: Case, conversation: Conversation, side: JudgedSide) => Violation | undefined;

const findByKind: ByKind<Ending, Parameters<Find>, ReturnType<Find>> = {
  normal: (_ending, _testCase, conversation, { role }) =>
    findInClose([1000, 'none'], conversation, role),
  closed: ({ codes }, _testCase, conversation, { role }) => findInClose(codes, conversation, role),
  failed: (ending, testCase, conversation, side) =>
    findInFailure(testCase, ending, conversation, side),
  pending(ending, testCase, conversation, side) {
    const { close, ending: tcp } = conversation[side.role];
    const waits = !close && tcp.how !== 'fin' && tcp.how !== 'rst';
    return waits ? undefined : findInFailure(testCase, ending, conversation, side);
  },
  gone: (_ending, testCase, conversation, { role }) => findHalfOpen(testCase, conversation, role),
  // The handshake decides.
  refused: () => undefined,
  unopened: () => undefined,
  // No document decides.
  any: () => undefined,
};

export const findInEnding: Find = (testCase, conversation, side) =>
  applyByKind(findByKind, testCase.expect.ending, testCase, conversation, side);

/** RFC 6455 §5.5.1: a Close is answered with a Close, and the server then closes TCP. */
function findInClose(
  codes: readonly CloseCode[],
  conversation: Conversation,
  role: Side,
): Violation | undefined {
  const { close } = conversation[role];
  if (!close) {
    return {
      rule: noCloseFrame,
      where: 'ending',
      expected: 'a Close frame in answer to a Close frame',
      observed: describeEnding(conversation, role),
      seen: describeHowTcpEnded(conversation, role),
    };
  }
  const isExpected = codes.includes(close.code ?? 'none');
  if (role === 'server' && delayOfLateClose(conversation, role) !== undefined) {
    // One with another code is the target's own, when it ends an idle connection.
    return {
      rule: isExpected ? lateClose : noCloseFrame,
      where: 'ending',
      expected: 'a Close frame at once, in answer to a Close frame',
      observed: describeEnding(conversation, role),
      seen: isExpected ? 'a late Close' : noCloseInTime,
    };
  }
  if (!isExpected) {
    return {
      rule: wrongCodeInAnswer,
      where: 'ending',
      expected: `a Close with ${describeCodes(codes)}`,
      observed: describeEnding(conversation, role),
      seen: describeCode(close.code),
      at: placeOf(close.frame),
    };
  }
  return findTcpLeftOpen(conversation, role);
}

/** What most conversations with a target show that closes when its idle time is over. */
const noCloseInTime = 'timeout: a Close frame did not come';

function findInFailure(
  testCase: Case,
  ending: Omit<EndingOf<'failed'>, 'kind'>,
  conversation: Conversation,
  side: JudgedSide,
): Violation | undefined {
  const { codes, orDropped, unanswered } = ending;
  const { role } = side;
  const { close, ending: tcp } = conversation[role];
  const observed = describeEnding(conversation, role);
  const isAsked = isStillThere(conversation, side);
  if (isAsked || (!close && tcp.how !== 'fin' && tcp.how !== 'rst')) {
    return {
      rule: caseRule(testCase),
      where: 'ending',
      observed: isAsked ? `still open until a Close asked it to end, then ${observed}` : observed,
      at: lastOf(conversation, role),
    };
  }
  if (!close && orDropped) return undefined;
  if (!close && tcp.how === 'rst' && writesAfterFatalBytes(testCase)) return undefined;
  if (!close) {
    return {
      rule: failedWithoutClose,
      where: 'ending',
      expected: `a Close with ${describeCodes(codes)} before the connection is dropped`,
      observed,
      seen: describeHowTcpEnded(conversation, role),
    };
  }
  if (!codes.includes(close.code ?? 'none')) {
    const isFailure = orDropped || saysThatItFailed(conversation, role);
    const name = wrongCodeOfFailure.name;
    return {
      rule: isFailure ? wrongCodeOfFailure : caseRule(testCase, name),
      where: 'ending',
      expected: `a Close with ${describeCodes(codes)}`,
      observed,
      seen: describeCode(close.code),
      at: placeOf(close.frame),
    };
  }
  if (unanswered && isTcpOpen(conversation, role))
    return leftOpen(caseRule(testCase), conversation, role);
  return findTcpLeftOpen(conversation, role);
}

/**
 * Whether the target was open until a Close asked it, and then ended as it does after every Close:
 * with 1000 or no code, or in the way that the probe has seen.
 */
function isStillThere(conversation: Conversation, { role, behaviour }: JudgedSide): boolean {
  const question = conversation[otherSide(role)].frames.find(isClosingQuestion);
  if (!question) return false;
  const { close, ending } = conversation[role];
  const answer = behaviour?.reactions.close;
  if (close) {
    if (close.frame.at < question.at) return false;
    const { code } = close;
    return (
      code === undefined || code === 1000 || (answer?.kind === 'close' && answer.code === code)
    );
  }
  const isDropped = ending.how === 'fin' || ending.how === 'rst';
  return isDropped && ending.at >= question.at && answer?.kind === 'drop';
}

/**
 * The peer goes on while the target fails the connection, and unread bytes turn its FIN
 * into a reset. A reset flushes what was on its way (RFC 9293 §3.10.7.4), a Close frame too: that
 * none was seen does not show that none was sent.
 */
const writesAfterFatalBytes = ({ steps }: Case) => steps.some(({ kind }) => kind === 'segments');

/**
 * RFC 6455 §7.1.7 asks for a fitting code as a SHOULD. A code that names another error still says
 * that the connection failed, and a Close without a code does not say that it ended well, unless it
 * repeats a Close without a code; 1000 says that it ended well, which is no failing at all.
 */
function saysThatItFailed(conversation: Conversation, role: Side): boolean {
  const code = conversation[role].close?.code;
  if (code !== undefined) return code >= 1002 && code < 3000;
  const received = conversation[otherSide(role)].close;
  const first = conversation.events.find(({ kind }) => kind === 'close');
  const isAnswer = first !== undefined && 'from' in first && first.from !== role;
  return !(isAnswer && received?.frame.payload.length === 0);
}

const isTcpOpen = (conversation: Conversation, role: Side) => {
  const { ending } = conversation[role];
  const peer = conversation[otherSide(role)];
  return ending.how !== 'fin' && ending.how !== 'rst' && peer.ending.how !== 'rst';
};

/**
 * RFC 6455 §5.5.1: a server closes TCP at once; a client may wait until the server has done so, and
 * closes it then.
 */
function findTcpLeftOpen(conversation: Conversation, role: Side): Violation | undefined {
  const isLate = role === 'server' && delayOfLateEnd(conversation, role) !== undefined;
  if (!isTcpOpen(conversation, role) && !isLate) return undefined;
  if (role === 'server') return leftOpen(tcpLeftOpenByServer, conversation, role);
  const hasEnded = conversation.server.ending.how === 'fin';
  return leftOpen(hasEnded ? tcpLeftOpenByClient : tcpNotEndedByServerYet, conversation, role);
}

/** Without a Close: RFC 6455 §7.2.1 has a client fail the connection, and nothing binds a server. */
function findHalfOpen(
  testCase: Case,
  conversation: Conversation,
  role: Side,
): Violation | undefined {
  if (!isTcpOpen(conversation, role)) return undefined;
  const rule = role === 'client' ? lostTransport : caseRule(testCase, lostTransport.name);
  return leftOpen(rule, conversation, role);
}

const leftOpen = (rule: Violation['rule'], conversation: Conversation, role: Side): Violation => ({
  rule,
  where: 'ending',
  expected: 'the end of TCP',
  observed: describeEnding(conversation, role),
  seen: 'TCP stays open',
});

const describeCode = (code: number | undefined) =>
  code === undefined ? 'Close without a code' : `Close ${code}`;

/** The last frame that the case sent: the provocation, as far as one frame can be named. */
function lastOf(conversation: Conversation, role: Side): Place | undefined {
  const { rest } = conversation[otherSide(role)];
  if (rest.frame) return placeOf(rest.frame);
  const last = framesOfCase(conversation, role).findLast((frame) => !isQuestion(frame));
  return last && placeOf(last);
}

/** The frames that only ask whether the target is alive. */
function isQuestion(frame: ObservedFrame): boolean {
  const { declaredLength, payload } = frame;
  // The length first: a frame may be of many megabytes.
  if (declaredLength > BigInt(2 + probePayload.length)) return false;
  if (isClosingQuestion(frame)) return true;
  return [alivePayload, probePayload].includes(Buffer.from(payload).toString('latin1'));
}
