/**
 * The verdict: a pure function of a case and the timeline of its conversation, so stored results
 * can be judged again. The first thing that is wrong decides; how the connection ended is part of
 * what is expected.
 */
import { aliveAnswer, isAnswerToProbe } from './alive.ts';
import type { Case, CloseCode, ExpectedEvent } from './case.ts';
import { type Check, ofEveryConversation, type Place, placeOf } from './checks.ts';
import { type Conversation, readConversation } from './conversation.ts';
import { matchEvents, observedEvents } from './match.ts';
import { sendsCompressed } from './needs.ts';
import { findInProgramView } from './program-view.ts';
import { ofEveryRequest } from './request-checks.ts';
import {
  describeCodes,
  describeEnding,
  describeEvent,
  describeExpectation,
  describeHead,
} from './sentences.ts';
import type { Side, Timeline } from './timeline.ts';
import { opcodes } from './wire.ts';

/** `must` broken: fail; `should` broken: warn; left open: info; a need not met: skip. */
export type Verdict = 'pass' | 'fail' | 'warn' | 'info' | 'skip' | 'error';

export interface Judgement {
  readonly verdict: Verdict;
  /** The name of the violation; of the rule that was kept where nothing is wrong. */
  readonly rule: string;
  readonly expected: string;
  readonly observed: string;
  /** The bytes that decided. */
  readonly at?: Place;
  /** Where the broken rule is not the case's own: `RFC 6455 §5.1`. */
  readonly reference?: string;
}

export interface JudgedTarget {
  readonly role: Side;
  /** Where false, data messages of the target are its own affair. */
  readonly echo: boolean;
}

/** What is wrong, and how much it weighs: the case's level, a MUST of another rule, or a SHOULD. */
interface Violation {
  readonly rule: string;
  readonly weight: 'of the case' | 'must' | 'should';
  readonly expected?: string;
  readonly observed: string;
  readonly at?: Place | undefined;
  readonly reference?: string;
}

export function judge(testCase: Case, timeline: Timeline, target: JudgedTarget): Judgement {
  const conversation = readConversation(timeline);
  const expected = describeExpectation(testCase);
  const unjudged = findNothingToJudge(testCase, conversation, target);
  if (unjudged) return { rule: ruleOf(testCase), expected, ...unjudged };
  const violation = findViolation(testCase, conversation, target);
  if (!violation) {
    const isOpen = testCase.level === 'may' || testCase.expect.ending.kind === 'any';
    return {
      verdict: isOpen ? 'info' : 'pass',
      rule: ruleOf(testCase),
      expected,
      observed: describeEnding(conversation, target.role),
    };
  }
  const { rule, observed, at, reference } = violation;
  return {
    verdict: verdictOf(violation, testCase),
    rule,
    expected: violation.expected ?? expected,
    observed,
    ...(at && { at }),
    ...(reference && { reference }),
  };
}

export function ruleOf(testCase: Pick<Case, 'id' | 'rule'>): string {
  return testCase.rule ?? testCase.id.slice(testCase.id.indexOf('/') + 1);
}

/** Where the target used a freedom that the documents give it, and so did not come to the rule. */
function findNothingToJudge(
  testCase: Case,
  conversation: Conversation,
  { role }: JudgedTarget,
): Pick<Judgement, 'verdict' | 'observed'> | undefined {
  const { ending } = testCase.expect;
  // RFC 7692 §5.1: a server may decline any offer, and then nothing is compressed.
  if (sendsCompressed(testCase) && conversation.accepted && !conversation.deflate) {
    return { verdict: 'skip', observed: 'the target declined this offer of permessage-deflate' };
  }
  // RFC 6455 §10.4: an endpoint may limit what it takes, and §7.4.1 has a code to say so.
  const { close } = conversation[role];
  if (ending.kind === 'normal' && ending.orTooBig && close?.code === 1009) {
    const observed = `${describeEnding(conversation, role)}: beyond a limit of the target's own`;
    return { verdict: 'info', observed };
  }
  return undefined;
}

function verdictOf({ weight }: Violation, { level }: Case): Verdict {
  const broken = weight === 'of the case' ? level : weight;
  // A SHOULD that is broken beside a case of lower level cannot weigh more than the case.
  if (level === 'may' && weight !== 'must') return 'info';
  return broken === 'must' ? 'fail' : broken === 'should' ? 'warn' : 'info';
}

function findViolation(
  testCase: Case,
  conversation: Conversation,
  target: JudgedTarget,
): Violation | undefined {
  return findOnWire(testCase, conversation, target) ?? findInView(testCase, conversation);
}

function findInView(testCase: Case, conversation: Conversation): Violation | undefined {
  const wrong = findInProgramView(testCase, conversation);
  return wrong && { rule: 'wrong-events', weight: 'of the case', ...wrong };
}

function findOnWire(
  testCase: Case,
  conversation: Conversation,
  target: JudgedTarget,
): Violation | undefined {
  const { ending, orRefused } = testCase.expect;
  if (ending.kind === 'unopened') return findConnection(conversation);
  if (ending.kind === 'refused' || (orRefused && !conversation.accepted)) {
    const find = target.role === 'server' ? findInRefusal : findInTurningAway;
    return find(testCase, conversation) ?? findInChecks(testCase, conversation, target);
  }
  return (
    findInOpening(conversation) ??
    findInChecks(testCase, conversation, target) ??
    findInEvents(testCase, conversation, target) ??
    findInEnding(testCase, conversation, target)
  );
}

function findConnection({ client: { head } }: Conversation): Violation | undefined {
  if (!head) return undefined;
  const at = { from: 'client', offset: head.offset, length: head.length } as const;
  return { rule: 'connection-opened', weight: 'of the case', observed: head.startLine.text, at };
}

function findInOpening(conversation: Conversation): Violation | undefined {
  if (conversation.accepted) return undefined;
  return {
    rule: 'handshake-failed',
    weight: 'of the case',
    expected: 'an opening handshake that succeeds',
    observed: describeHead(conversation),
    at: headPlace(conversation),
  };
}

function findInRefusal(testCase: Case, conversation: Conversation): Violation | undefined {
  const { ending } = testCase.expect;
  const head = conversation.server.head;
  const refusal = {
    rule: ruleOf(testCase),
    weight: 'of the case',
    at: headPlace(conversation),
  } as const;
  if (conversation.accepted) return { ...refusal, observed: 'accepted with 101' };
  if (!head) {
    const { ending: tcp } = conversation.server;
    if (tcp.how === 'fin' || tcp.how === 'rst') return undefined;
    return { ...refusal, observed: 'no answer, and the connection stays open' };
  }
  const status = head.startLine.kind === 'response' ? head.startLine.status : undefined;
  if (ending.kind !== 'refused' || !ending.statuses || ending.statuses.includes(status ?? 0)) {
    return undefined;
  }
  return { ...refusal, weight: 'should', observed: describeHead(conversation) };
}

/** RFC 6455 §4.1: a client fails the connection when the response is not what it must be. */
function findInTurningAway(testCase: Case, conversation: Conversation): Violation | undefined {
  const { frames, ending } = conversation.client;
  const refusal = { rule: ruleOf(testCase), weight: 'of the case' } as const;
  const used = frames.find(({ opcode }) => opcode !== opcodes.close);
  if (used) return { ...refusal, observed: 'the connection is used', at: placeOf(used) };
  // Given up before it was asked for, or reset by the peer: nothing is left to go away from.
  if (!conversation.client.head || conversation.server.ending.how === 'rst') return undefined;
  if (ending.how === 'timeout' || ending.how === 'open') {
    return { ...refusal, observed: 'the connection stays open' };
  }
  // §7.1.7: a Close frame belongs to a connection that was established.
  const close = frames[0];
  return (
    close && {
      rule: 'close-frame-before-open',
      weight: 'should',
      expected: 'TCP closed without a frame',
      observed: describeEnding(conversation, 'client'),
      at: placeOf(close),
      reference: 'RFC 6455 §7.1.7',
    }
  );
}

function headPlace({ server }: Conversation): Place | undefined {
  return server.head && { from: 'server', offset: server.head.offset, length: server.head.length };
}

function findInChecks(
  testCase: Case,
  conversation: Conversation,
  { role }: JudgedTarget,
): Violation | undefined {
  const find = (check: Check, weight: Violation['weight']): Violation | undefined => {
    const finding = check.find(conversation, role);
    return (
      finding && {
        rule: check.rule,
        weight,
        expected: check.expected,
        observed: finding.observed,
        at: finding.at,
        reference: `${check.document} §${check.section}`,
      }
    );
  };
  for (const check of testCase.expect.checks ?? []) {
    const found = find(check, 'of the case');
    if (found) return found;
  }
  for (const check of role === 'client' ? ofEveryRequest : []) {
    const found = find(check, 'must');
    if (found) return found;
  }
  if (!conversation.accepted) return undefined;
  for (const check of ofEveryConversation) {
    const found = find(check, 'must');
    if (found) return found;
  }
  return undefined;
}

function findInEvents(
  testCase: Case,
  conversation: Conversation,
  { role, echo }: JudgedTarget,
): Violation | undefined {
  const proof = aliveAnswer(conversation[role === 'server' ? 'client' : 'server']);
  const expected = [...(proof ? [proof] : []), ...testCase.expect.events];
  const events = conversation.events.filter(
    (event) =>
      'from' in event &&
      event.from === role &&
      !isAnswerToProbe(event) &&
      (echo || event.kind !== 'message'),
  );
  if (testCase.expect.ending.kind === 'any' && expected.length <= (proof ? 1 : 0)) return undefined;
  const observed = observedEvents(events);
  const match = matchEvents(expected, observed);
  if (match.state === 'complete') return match.late && latePong(match.late);
  if (match.state === 'waiting') {
    const isProof = proof !== undefined && match.next === proof;
    return {
      rule: isProof ? 'not-alive' : 'missing-answer',
      weight: 'of the case',
      expected: describeEvent(match.next),
      observed: isProof
        ? `no sign of life before the provocation: ${describeEnding(conversation, role)}`
        : describeEnding(conversation, role),
    };
  }
  const seen = observed[match.index]!;
  return {
    rule: match.next ? 'wrong-answer' : 'unexpected-answer',
    weight: 'of the case',
    expected: match.next ? describeEvent(match.next) : describeExpectation(testCase),
    observed: describeEvent(seen),
    at: placeOfEvent(events, match.index),
  };
}

function latePong(pong: ExpectedEvent): Violation {
  return {
    rule: 'late-pong',
    weight: 'should',
    expected: `${describeEvent(pong)} as soon as its ping has come`,
    observed: 'the pong behind the echo of a message that ended after the ping',
    reference: 'RFC 6455 §5.5.2',
  };
}

function placeOfEvent(events: Conversation['events'], index: number): Place | undefined {
  const event = events.filter(({ kind }) => kind === 'message' || kind === 'pong')[index];
  if (event?.kind === 'pong') return placeOf(event.frame);
  if (event?.kind === 'message') return placeOf(event.message.frames[0]!);
  return undefined;
}

function findInEnding(
  testCase: Case,
  conversation: Conversation,
  { role }: JudgedTarget,
): Violation | undefined {
  const { ending } = testCase.expect;
  switch (ending.kind) {
    case 'normal':
      return findInClose([1000, 'none'], conversation, role);
    case 'closed':
      return findInClose(ending.codes, conversation, role);
    case 'failed':
      return findInFailure(testCase, ending.codes, conversation, role);
    case 'pending': {
      const { close, ending: tcp } = conversation[role];
      const waits = !close && tcp.how !== 'fin' && tcp.how !== 'rst';
      return waits ? undefined : findInFailure(testCase, ending.codes, conversation, role);
    }
    case 'gone':
      return findTcpLeftOpen(conversation, role);
    default:
      return undefined;
  }
}

/** RFC 6455 §5.5.1: a Close is answered with a Close, and the server then closes TCP. */
function findInClose(
  codes: readonly CloseCode[],
  conversation: Conversation,
  role: Side,
): Violation | undefined {
  const { close } = conversation[role];
  if (!close) {
    return {
      rule: 'no-close-frame',
      weight: 'of the case',
      expected: 'a Close frame in answer to a Close frame',
      observed: describeEnding(conversation, role),
      reference: 'RFC 6455 §5.5.1',
    };
  }
  if (!codes.includes(close.code ?? 'none')) {
    return {
      rule: 'wrong-close-code',
      // The answer typically echoes the code: §5.5.1 says no more, codes that are illegal aside.
      weight: 'should',
      expected: `a Close with ${describeCodes(codes)}`,
      observed: describeEnding(conversation, role),
      at: placeOf(close.frame),
    };
  }
  return findTcpLeftOpen(conversation, role);
}

function findInFailure(
  testCase: Case,
  codes: readonly CloseCode[],
  conversation: Conversation,
  role: Side,
): Violation | undefined {
  const { close, ending } = conversation[role];
  const observed = describeEnding(conversation, role);
  if (!close && ending.how !== 'fin' && ending.how !== 'rst') {
    return {
      rule: ruleOf(testCase),
      weight: 'of the case',
      observed,
      at: lastOf(conversation, role),
    };
  }
  if (!close) {
    return {
      rule: 'failed-without-close-frame',
      weight: 'should',
      expected: `a Close with ${describeCodes(codes)} before the connection is dropped`,
      observed,
      reference: 'RFC 6455 §7.1.7',
    };
  }
  if (!codes.includes(close.code ?? 'none')) {
    return {
      rule: 'wrong-close-code',
      weight: saysThatItFailed(conversation, role) ? 'should' : 'of the case',
      observed,
      at: placeOf(close.frame),
      reference: 'RFC 6455 §7.1.7',
    };
  }
  return findTcpLeftOpen(conversation, role);
}

/**
 * RFC 6455 §7.1.7 asks for a fitting code as a SHOULD. A code that names another error still says
 * that the connection failed; 1000 says that it ended well, which is no failing at all, and so does
 * a Close without a code where it answers the peer's own.
 */
function saysThatItFailed(conversation: Conversation, role: Side): boolean {
  const code = conversation[role].close?.code;
  if (code !== undefined) return code >= 1002 && code < 3000;
  const closes = conversation.events.filter(({ kind }) => kind === 'close');
  const [first] = closes;
  return first !== undefined && 'from' in first && first.from === role;
}

/** RFC 6455 §7.1.1: a server closes TCP at once; a client may wait for the server to do it. */
function findTcpLeftOpen(conversation: Conversation, role: Side): Violation | undefined {
  const { ending } = conversation[role];
  const peer = conversation[role === 'server' ? 'client' : 'server'];
  if (ending.how === 'fin' || ending.how === 'rst' || peer.ending.how === 'rst') return undefined;
  return {
    rule: 'tcp-left-open',
    weight: role === 'server' ? 'of the case' : 'should',
    expected: 'the end of TCP',
    observed: describeEnding(conversation, role),
    reference: 'RFC 6455 §7.1.1',
  };
}

/** The peer's last frame before its probe: the provocation, as far as one frame can be named. */
function lastOf(conversation: Conversation, role: Side): Place | undefined {
  const { frames, rest } = conversation[role === 'server' ? 'client' : 'server'];
  if (rest.frame) return placeOf(rest.frame);
  const last = frames.at(-1);
  const before = frames.at(-2);
  if (!last) return undefined;
  return placeOf(last.opcode === opcodes.ping && before ? before : last);
}
