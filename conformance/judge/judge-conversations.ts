/**
 * The verdict about a case as a whole. It may take several connections: those before its own, the
 * rounds of a case that is repeated, and a fresh one afterwards. Like `judge()` these are pure
 * functions, so a run and a stored result come to the same verdict in the same way.
 */
import type { Aftermath, Case } from '../format/case.ts';
import { aliveCase } from '../format/liveness.ts';
import type { Rule } from '../format/rule.ts';
import type { Timeline } from '../wire/timeline.ts';
import { type JudgedTarget, type Judgement, judge, judgementOf } from './judge.ts';
import {
  memoryOverBudget,
  noLongerServed,
  repeatedKey,
  targetEndedRule,
  wrongHost,
} from './rules.ts';

/**
 * `main` is the conversation that the verdict is about. Of a case that is repeated it is the first
 * round that is not as expected, or the last one; `round` is another round that was kept.
 */
export type ConversationName = 'main' | 'before' | 'round' | 'aftermath';

/** A connection that a case has had. */
export interface CaseConversation {
  readonly name: ConversationName;
  /** Of a case that is repeated: the round that it belongs to, from 1. */
  readonly round?: number;
  readonly timeline: Timeline;
}

/** What was found afterwards and is in no conversation. */
export interface AftermathFacts {
  /** Octets by which the target's memory grew; undefined if it could not be read. */
  readonly memoryGrowth?: number;
  /** Why the fresh connection could not be opened. */
  readonly connectError?: string;
}

/** What a case left to be judged. */
export interface PlayedCase {
  readonly conversations: readonly CaseConversation[];
  /** Absent if the conversation itself had failed: then nothing was looked at afterwards. */
  readonly aftermath?: AftermathFacts;
}

/** Rules that the conversations of one case do not show: other cases or the process broke them. */
export const beyondOneCase: ReadonlySet<string> = new Set([
  repeatedKey.name,
  wrongHost.name,
  targetEndedRule.name,
]);

/** @returns undefined if something is missing that the case has to be judged by */
export function judgeConversations(
  testCase: Case,
  { conversations, aftermath }: PlayedCase,
  target: JudgedTarget,
): Judgement | undefined {
  const inConversation = judgeRounds(testCase, conversations, target);
  if (!inConversation || !hasAftermath(testCase)) return inConversation;
  if (inConversation.verdict === 'fail') return inConversation;
  const fresh = conversations.find(({ name }) => name === 'aftermath')?.timeline;
  if (!aftermath || (!fresh && aftermath.connectError === undefined)) return undefined;
  return judgeAftermath(testCase, inConversation, { ...aftermath, fresh }, target);
}

/** The main conversation decides, unless it is as expected and another round is not. */
function judgeRounds(
  testCase: Case,
  conversations: readonly CaseConversation[],
  target: JudgedTarget,
): Judgement | undefined {
  const main = conversations.filter(({ name }) => name === 'main');
  const others = conversations.filter(({ name }) => name === 'round');
  const judgements = [...main, ...others].map(({ round, timeline }) =>
    ofRound(judge(testCase, timeline, target), testCase, round),
  );
  return judgements.find((judgement) => !isAsExpected(judgement)) ?? judgements[0];
}

/** Says which round it was, if there are several and this one is not as expected. */
export function ofRound(
  judgement: Judgement,
  { repeat }: Case,
  round: number | undefined,
): Judgement {
  if (round === undefined || !repeat || isAsExpected(judgement)) return judgement;
  const observed = `conversation ${round} of ${repeat.times}: ${judgement.observed}`;
  return { ...judgement, observed };
}

export const isAsExpected = ({ verdict }: Judgement) => verdict === 'pass' || verdict === 'info';

export type CaseWithAftermath = Case & { readonly aftermath: Aftermath };

export function hasAftermath(testCase: Case): testCase is CaseWithAftermath {
  return testCase.aftermath !== undefined;
}

/** @param judgement of the conversation itself, which has not failed */
export function judgeAftermath(
  testCase: CaseWithAftermath,
  judgement: Judgement,
  { memoryGrowth, connectError, fresh }: AftermathFacts & { readonly fresh?: Timeline | undefined },
  target: JudgedTarget,
): Judgement {
  const failed = (rule: Rule, expected: string, observed: string, seen: string) =>
    judgementOf({ rule, where: 'ending', expected, observed, seen }, testCase);
  const notServed = connectError ?? (fresh && whyNotServed(fresh, target));
  if (notServed !== undefined) {
    const observed = `a fresh connection is not served: ${notServed}`;
    const expected = 'a fresh connection served as before';
    return failed(noLongerServed, expected, observed, 'a fresh connection is not served');
  }
  const { memory } = testCase.aftermath;
  if (memoryGrowth !== undefined && memoryGrowth > memory) {
    const [expected, observed] = [`at most ${moreMemory(memory)}`, moreMemory(memoryGrowth)];
    return failed(memoryOverBudget, expected, observed, 'memory beyond the budget');
  }
  // If any outcome is acceptable, the case asks only that the target survives it.
  const verdict =
    testCase.level !== 'may' && judgement.verdict === 'info' ? 'pass' : judgement.verdict;
  const served = `${judgement.observed}, then a fresh connection served`;
  const observed = memoryGrowth === undefined ? served : `${served}, ${moreMemory(memoryGrowth)}`;
  return { ...judgement, verdict, observed };
}

const MiB = 1024 * 1024;

const moreMemory = (octets: number) => `${Math.round(octets / MiB)} MiB more memory`;

/** @returns undefined if the fresh connection was served */
export function whyNotServed(fresh: Timeline, target: JudgedTarget): string | undefined {
  const { verdict, observed } = judge(aliveCase, fresh, target);
  return verdict === 'fail' || verdict === 'error' ? observed : undefined;
}
