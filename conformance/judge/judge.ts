/**
 * The verdict: a pure function of a case and the timeline of its conversation, so stored results
 * can be judged again. The first thing that is wrong decides; how the connection ended is part of
 * what is expected.
 */
import type { Case } from '../case.ts';
import { replacedHeaders } from '../handshake.ts';
import { sendsCompressed } from '../needs.ts';
import { type Conversation, readConversation } from '../wire/conversation.ts';
import type { Side, Timeline } from '../wire/timeline.ts';
import type { Check, Finding, Place } from './check.ts';
import { ofEveryConversation } from './checks.ts';
import { findInEnding } from './judge-ending.ts';
import { findInEvents } from './judge-events.ts';
import {
  findConnection,
  findInOpening,
  findInRefusal,
  findInTurningAway,
} from './judge-opening.ts';
import { findOverflow } from './judge-overflow.ts';
import { describeView, findInProgramView, type WrongView } from './program-view.ts';
import { ofEveryRequest } from './request-checks.ts';
import { describeEnding, describeExpectation, describeHead } from './sentences.ts';
import { ruleOf, type Violation } from './violation.ts';

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
  /** Names of headers that the user has sent with every handshake. */
  readonly headers?: readonly string[];
}

/** @param conversation what the timeline says, where it was read already */
export function judge(
  testCase: Case,
  timeline: Timeline,
  target: JudgedTarget,
  conversation: Conversation = readConversation(timeline),
): Judgement {
  const expected = describeExpectation(testCase);
  const unjudged = findNothingToJudge(testCase, conversation, target);
  if (unjudged) return { rule: ruleOf(testCase), expected, ...unjudged };
  const onWire = findOnWire(testCase, conversation, target);
  const inView = onWire ? undefined : findInProgramView(testCase, conversation);
  if (inView?.isUnfinished) {
    return { verdict: 'error', rule: ruleOf(testCase), expected, observed: inView.observed };
  }
  const violation = onWire ?? (inView && wrongEvents(inView));
  const overflow = findOverflow(testCase, conversation, target.role, violation);
  if (overflow) return { verdict: 'error', rule: ruleOf(testCase), expected, observed: overflow };
  if (!violation) {
    const isOpen = testCase.level === 'may' || testCase.expect.ending.kind === 'any';
    return {
      verdict: isOpen ? 'info' : 'pass',
      rule: ruleOf(testCase),
      expected,
      observed: describeView(testCase, conversation) ?? describeEnding(conversation, target.role),
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

/** RFC 6585 §4 and RFC 9110 §15.6.4: too many requests, and no service for now. */
const tooBusy: readonly (number | undefined)[] = [429, 503];

/** RFC 9110 §15.5: the request is at fault, and not what the server makes of it. */
const isRefusal = (status = 0) => status >= 400 && status < 500;

/** Where the target used a freedom that the documents give it, and so did not come to the rule. */
function findNothingToJudge(
  testCase: Case,
  conversation: Conversation,
  { role, headers = [] }: JudgedTarget,
): Pick<Judgement, 'verdict' | 'observed'> | undefined {
  const { ending, orRefused } = testCase.expect;
  const line = conversation.server.head?.startLine;
  // Who gives a header says that the target wants it: a login, an Origin, a subprotocol.
  const replaced = replacedHeaders(testCase.handshake?.request, headers);
  const needsService = role === 'server' && ending.kind !== 'refused' && !orRefused;
  if (needsService && replaced.length > 0 && line?.kind === 'response' && isRefusal(line.status)) {
    const without = `without the ${replaced.join(' and ')} that --header gives`;
    return { verdict: 'skip', observed: `${describeHead(conversation)}: refused ${without}` };
  }
  if (role === 'server' && asksForOneService(testCase)) {
    if (line?.kind === 'response' && tooBusy.includes(line.status)) {
      const observed = `${describeHead(conversation)}: too busy to be judged; --concurrency 1 asks for less at once`;
      return { verdict: 'error', observed };
    }
  }
  // RFC 7692 §5.1: a server may decline any offer, and then nothing is compressed.
  if (sendsCompressed(testCase) && conversation.accepted && !conversation.deflate) {
    return { verdict: 'skip', observed: 'the target declined this offer of permessage-deflate' };
  }
  // RFC 6455 §10.4: an endpoint may limit what it takes, and §7.4.1 has codes to say so: 1009 for
  // too much, 1008 for what has no code of its own, too many fragments for one.
  const { close } = conversation[role];
  const isLimit = close?.code === 1009 || close?.code === 1008;
  if (ending.kind === 'normal' && ending.orTooBig && isLimit) {
    const observed = `${describeEnding(conversation, role)}: beyond a limit of the target's own`;
    return { verdict: 'info', observed };
  }
  return undefined;
}

/** To be served often, or after a burden, may be what a case is about; a refusal too. */
function asksForOneService({ expect, repeat, aftermath }: Case): boolean {
  const { ending, orRefused } = expect;
  return !repeat && !aftermath && !orRefused && ending.kind !== 'refused';
}

function verdictOf({ weight }: Violation, { level }: Case): Verdict {
  const broken = weight === 'of the case' ? level : weight;
  // A SHOULD that is broken beside a case of lower level cannot weigh more than the case.
  if (level === 'may' && weight !== 'must') return 'info';
  return broken === 'must' ? 'fail' : broken === 'should' ? 'warn' : 'info';
}

const wrongEvents = (view: WrongView): Violation => ({
  rule: 'wrong-events',
  weight: 'of the case',
  expected: view.expected,
  observed: view.observed,
  ...(view.reference && { reference: view.reference }),
});

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
    // A response that may be refused is ours: where the client goes away, nothing of its is wrong.
    (ending.kind === 'any' && target.role === 'client' ? undefined : findInOpening(conversation)) ??
    findInChecks(testCase, conversation, target) ??
    findInEvents(testCase, conversation, target.role, target.echo) ??
    findInEnding(testCase, conversation, target.role)
  );
}

function findInChecks(
  testCase: Case,
  conversation: Conversation,
  { role }: JudgedTarget,
): Violation | undefined {
  const firstOf = (checks: readonly Check[], weight: Violation['weight']) => {
    for (const check of checks) {
      const finding = check.find(conversation, role);
      if (finding) return violationOf(check, finding, weight);
    }
    return undefined;
  };
  return (
    firstOf(testCase.expect.checks ?? [], 'of the case') ??
    firstOf(role === 'client' ? ofEveryRequest : [], 'must') ??
    firstOf(conversation.accepted ? ofEveryConversation : [], 'must')
  );
}

const violationOf = (
  { rule, expected, document, section }: Check,
  { observed, at }: Finding,
  weight: Violation['weight'],
): Violation => ({ rule, weight, expected, observed, at, reference: `${document} §${section}` });
