/**
 * The verdict: a pure function of a case and the timeline of its conversation, so stored results
 * can be judged again. The first rule that is broken decides, and its level is the verdict's; how
 * the connection ended is part of what is expected.
 */
import type { Case, Level } from '../format/case.ts';
import { traitsOf } from '../format/ending.ts';
import { sendsCompressed } from '../format/needs.ts';
import { type Role, sideOf } from '../format/role.ts';
import { ruleOf, sectionOf } from '../format/rule.ts';
import type { TargetProfile } from '../format/target-profile.ts';
import { type Conversation, readConversation } from '../wire/conversation.ts';
import type { Place } from '../wire/place.ts';
import type { Side, Timeline } from '../wire/timeline.ts';
import { wireRuleOf } from './check-rules.ts';
import { ofEveryConversation } from './checks.ts';
import { findInEnding } from './judge-ending.ts';
import { findInEvents } from './judge-events.ts';
import {
  findConnection,
  findInClientRefusal,
  findInOpening,
  findInRefusal,
} from './judge-opening.ts';
import { findOverflow } from './judge-overflow.ts';
import type { JudgedSide } from './judged-side.ts';
import { findLeftFirst, leftFirst } from './left-first.ts';
import { findOwnTerms } from './own-terms.ts';
import { describeView, findInProgramView } from './program-view.ts';
import { findRefusedWithout, givenHeadersLeftOut } from './refused-without.ts';
import { ofEveryRequest } from './request-checks.ts';
import { noSecondResponse } from './second-response.ts';
import { describeEnding, describeExpectation, describeHead } from './sentences.ts';
import { findSharedEnding } from './shared-ending.ts';
import { type Cause, causeOf, type Violation } from './violation.ts';
import { ruleNamedBy, type WireRule } from './wire-rule.ts';

/** `must` broken: fail; `should` broken: warn; left open: info; a need not met: skip. */
export type Verdict = 'pass' | 'fail' | 'warn' | 'info' | 'skip' | 'error';

/** A verdict and its reason. */
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
  /** The broken rule in full; `expected` and `observed` are about it. */
  readonly cause?: Cause;
}

/** What the verdict depends on, besides the conversation. */
export interface JudgedTarget extends TargetProfile {
  readonly role: Role;
  /** Names of headers that the user has sent with every handshake. */
  readonly headers?: readonly string[];
}

/**
 * Judges a case by the record of its connection. The same record always gives the same judgement.
 * @param conversation - the parsed timeline, if it has been parsed already
 */
export function judge(
  testCase: Case,
  timeline: Timeline,
  target: JudgedTarget,
  conversation: Conversation = readConversation(timeline),
): Judgement {
  const judged: JudgedSide = { ...target, role: sideOf(target.role) };
  const expected = describeExpectation(testCase);
  const unjudged = findNothingToJudge(testCase, conversation, judged);
  if (unjudged) return { rule: ruleOf(testCase), expected, ...unjudged };
  const inRules = findInRules(testCase, conversation, judged);
  if (!inRules) {
    const left = findLeftFirst(testCase, timeline, conversation, judged);
    if (left !== undefined) {
      return judgeLeaving(testCase, judged, { rule: leftFirst, expected, observed: left });
    }
  }
  const inExchange = inRules ? undefined : findInExchange(testCase, conversation, judged);
  if (!inRules) {
    const ownTerms = findOwnTerms(testCase, conversation, judged, inExchange);
    if (ownTerms) return { rule: ruleOf(testCase), expected, ...ownTerms };
  }
  const found = inRules ?? inExchange;
  const inView = found ? undefined : findInProgramView(testCase, conversation);
  if (inView?.isUnfinished) {
    return { verdict: 'error', rule: ruleOf(testCase), expected, observed: inView.observed };
  }
  const violation = found ?? inView;
  const overflow = findOverflow(testCase, conversation, judged.role, violation);
  if (overflow) return { verdict: 'error', rule: ruleOf(testCase), expected, observed: overflow };
  const shared = violation && findSharedEnding(testCase, conversation, judged, violation);
  if (violation && shared === undefined) return judgementOf(violation, testCase);
  const isOpen = testCase.level === 'may' || !traitsOf(testCase.expect.ending).isDecided;
  return {
    verdict: isOpen ? 'info' : 'pass',
    rule: ruleOf(testCase),
    expected,
    observed:
      shared ?? describeView(testCase, conversation) ?? describeEnding(conversation, judged.role),
  };
}

/** What it means that the target closed by itself before it was asked anything. */
function judgeLeaving(
  testCase: Case,
  side: JudgedSide,
  left: Omit<Judgement, 'verdict'>,
): Judgement {
  // A server that wants a header may also close the connection that lacks it.
  const without = givenHeadersLeftOut(testCase, side);
  if (without) return { ...left, verdict: 'skip', observed: `${left.observed}, ${without}` };
  // A request that may be refused may be refused by the application, after the handshake.
  return { ...left, verdict: testCase.expect.orRefused ? 'info' : 'error' };
}

/** A violation as what is said of the case that came across it. */
export function judgementOf(violation: Violation, testCase: Case): Judgement {
  const { rule, observed, at, expected = describeExpectation(testCase) } = violation;
  const section = sectionOf(rule);
  return {
    verdict: verdictOf[rule.level],
    rule: rule.name,
    expected,
    observed,
    ...(at && { at }),
    ...(section !== sectionOf(testCase) && { reference: section }),
    cause: causeOf(violation),
  };
}

const verdictOf: Readonly<Record<Level, Verdict>> = { must: 'fail', should: 'warn', may: 'info' };

/** RFC 6585 §4 and RFC 9110 §15.6.4: too many requests, and no service for now. */
const tooBusy: readonly (number | undefined)[] = [429, 503];

/** Where the target used a freedom that the documents give it, and so did not come to the rule. */
function findNothingToJudge(
  testCase: Case,
  conversation: Conversation,
  side: JudgedSide,
): Pick<Judgement, 'verdict' | 'observed'> | undefined {
  const { role } = side;
  const { ending, orRefused } = testCase.expect;
  const line = conversation.server.head?.startLine;
  const refused = findRefusedWithout(testCase, conversation, side);
  if (refused !== undefined) return { verdict: 'skip', observed: refused };
  const needsService = role === 'server' && traitsOf(ending).handshake !== 'refused' && !orRefused;
  if (needsService && line?.kind === 'response' && tooBusy.includes(line.status)) {
    const head = describeHead(conversation);
    // No document says how many connections a server has to accept, or how fast.
    if (testCase.repeat) {
      return { verdict: 'info', observed: `${head}: beyond a limit of the target's own` };
    }
    if (!testCase.aftermath) {
      const advice = 'too busy to be judged; --concurrency 1 asks for less at once';
      return { verdict: 'error', observed: `${head}: ${advice}` };
    }
  }
  // RFC 7692 §5.1: a server may decline any offer, and then nothing is compressed.
  if (sendsCompressed(testCase) && conversation.accepted && !conversation.deflate) {
    return { verdict: 'skip', observed: 'the target declined this offer of permessage-deflate' };
  }
  // RFC 6455 §10.4: an endpoint may limit what it takes, and §7.4.1 has codes to say so: 1009 for
  // too much, 1008 for what has no specific code, too many fragments for one.
  const { close } = conversation[role];
  const isLimit = close?.code === 1009 || close?.code === 1008;
  if (ending.kind === 'normal' && ending.orTooBig && isLimit) {
    const observed = `${describeEnding(conversation, role)}: beyond a limit of the target's own`;
    return { verdict: 'info', observed };
  }
  return undefined;
}

/** The opening, and what holds whatever a target was asked: a target that closes early is held to it too. */
function findInRules(
  testCase: Case,
  conversation: Conversation,
  target: JudgedSide,
): Violation | undefined {
  const { ending } = testCase.expect;
  const { handshake, isDecided } = traitsOf(ending);
  if (handshake === 'none') return findConnection(testCase, conversation);
  if (isAboutRefusal(testCase, conversation)) {
    const find = target.role === 'server' ? findInRefusal : findInClientRefusal;
    return find(testCase, conversation) ?? findInChecks(testCase, conversation, target);
  }
  // A response that may be refused is ours: where the client goes away, nothing of its is wrong.
  const mayGoAway = !isDecided && target.role === 'client';
  return (
    (mayGoAway ? undefined : findInOpening(testCase, conversation, target.role)) ??
    findInChecks(testCase, conversation, target)
  );
}

function findInExchange(
  testCase: Case,
  conversation: Conversation,
  side: JudgedSide,
): Violation | undefined {
  const { ending } = testCase.expect;
  if (traitsOf(ending).handshake === 'none' || isAboutRefusal(testCase, conversation))
    return undefined;
  return findInEvents(testCase, conversation, side) ?? findInEnding(testCase, conversation, side);
}

function isAboutRefusal({ expect }: Case, { accepted }: Conversation): boolean {
  return (
    traitsOf(expect.ending).handshake === 'refused' || (expect.orRefused === true && !accepted)
  );
}

function findInChecks(
  testCase: Case,
  conversation: Conversation,
  { role }: JudgedSide,
): Violation | undefined {
  const ofCase = (testCase.expect.checks ?? []).map(wireRuleOf);
  const ofAll = [
    ...(role === 'client' ? ofEveryRequest : []),
    ...(conversation.accepted ? [noSecondResponse, ...ofEveryConversation] : []),
  ];
  return (
    firstBroken(ofCase, testCase, conversation, role, true) ??
    firstBroken(ofAll, testCase, conversation, role, false)
  );
}

function firstBroken(
  checks: readonly WireRule[],
  testCase: Case,
  conversation: Conversation,
  role: Side,
  isOfCase: boolean,
): Violation | undefined {
  for (const check of checks) {
    const finding = check.find(conversation, role);
    if (!finding) continue;
    const rule = ruleNamedBy(check, testCase, isOfCase);
    return {
      rule,
      where: isInHead(finding.at, conversation) ? 'handshake' : 'frames',
      expected: check.expected,
      ...finding,
    };
  }
  return undefined;
}

/** Whether a finding is about a head: of what has no place, a header that is missing. */
function isInHead(at: Place | undefined, conversation: Conversation): boolean {
  if (!at) return false;
  const { head } = conversation[at.from];
  return head !== undefined && at.offset < head.offset + head.length;
}
