/**
 * What a limit case leaves behind. The proof that a target stood it is a fresh connection that is
 * served as before, and, where the harness started the target, that its memory stayed in budget.
 */

import type { Aftermath, Case } from '../../format/case.ts';
import { aliveCase } from '../../format/liveness.ts';
import type { Rule } from '../../format/rule.ts';
import { judge, judgementOf } from '../../judge/judge.ts';
import { memoryOverBudget, noLongerServed } from '../../judge/rules.ts';
import type { PlayOptions } from '../../play/exchange.ts';
import { playAsClient } from '../../play/player.ts';
import type { ServerTarget } from '../../transport/connect.ts';
import { connect } from '../../transport/connect.ts';
import type { Round } from './rounds.ts';

/** Octets of resident memory; undefined where nobody can say. */
export type ResidentMemory = () => number | undefined;

const MiB = 1024 * 1024;
/** In ms, at least: the processes of a busy machine take long to look through. */
const samplingInterval = 50;
/** Of the time of this process, which has a conversation to hold meanwhile. */
const samplingShare = 1 / 20;

/** Watches how far memory rises above where it was. */
export class MemoryWatch {
  readonly #read: ResidentMemory;
  readonly #before: number | undefined;
  #timer: NodeJS.Timeout;
  #peak = 0;

  constructor(read: ResidentMemory) {
    this.#read = read;
    this.#before = read();
    this.#timer = this.#sampleAfter(samplingInterval);
  }

  /** @returns octets; undefined where nobody can say */
  stop(): number | undefined {
    clearTimeout(this.#timer);
    this.#sample();
    return this.#before === undefined ? undefined : Math.max(0, this.#peak - this.#before);
  }

  #sampleAfter(ms: number): NodeJS.Timeout {
    return setTimeout(() => {
      const startedAt = performance.now();
      this.#sample();
      const cost = performance.now() - startedAt;
      this.#timer = this.#sampleAfter(Math.max(samplingInterval, cost / samplingShare));
    }, ms);
  }

  #sample(): void {
    this.#peak = Math.max(this.#peak, this.#read() ?? 0);
  }
}

/**
 * @param round as the case itself was judged
 * @param growth octets; undefined where nobody can say
 * @returns the round, or why the target did not stand it
 */
export async function judgeAftermath(
  testCase: Case & { readonly aftermath: Aftermath },
  round: Round,
  growth: number | undefined,
  target: ServerTarget,
  options: PlayOptions,
): Promise<Round> {
  const { verdict: seen } = round.judgement;
  if (seen === 'fail') return round;
  const failed = (rule: Rule, expected: string, observed: string, seen: string): Round => ({
    ...round,
    judgement: judgementOf({ rule, where: 'ending', expected, observed, seen }, testCase),
  });
  const fresh = await playFresh(target, options);
  if (fresh !== 'served') {
    await awaitRecovery(target, options);
    const expected = 'a fresh connection served as before';
    return failed(noLongerServed, expected, fresh, 'a fresh connection is not served');
  }
  const { memory } = testCase.aftermath;
  if (growth !== undefined && growth > memory) {
    const expected = `at most ${moreMemory(memory)}`;
    return failed(memoryOverBudget, expected, moreMemory(growth), 'memory beyond the budget');
  }
  // Where any outcome is as good, to have stood it is what the case asks for.
  const verdict = testCase.level !== 'may' && seen === 'info' ? 'pass' : seen;
  const served = `${round.judgement.observed}, then a fresh connection served`;
  const observed = growth === undefined ? served : `${served}, ${moreMemory(growth)}`;
  return { ...round, judgement: { ...round.judgement, verdict, observed } };
}

const moreMemory = (octets: number) => `${Math.round(octets / MiB)} MiB more memory`;

const attemptsAtRecovery = 6;

/** What one case left the target to do is not to be held against the next. */
async function awaitRecovery(target: ServerTarget, options: PlayOptions): Promise<void> {
  for (let attempt = 0; attempt < attemptsAtRecovery; attempt += 1) {
    if ((await playFresh(target, options)) === 'served') return;
  }
}

async function playFresh(target: ServerTarget, options: PlayOptions): Promise<string> {
  try {
    const socket = await connect(target, options.timeout, options.signal);
    const { timeline } = await playAsClient(aliveCase, socket, target, options);
    const { verdict, observed } = judge(aliveCase, timeline, {
      role: 'server',
      echo: options.echo,
    });
    return verdict === 'fail' || verdict === 'error'
      ? `a fresh connection is not served: ${observed}`
      : 'served';
  } catch (error) {
    return `a fresh connection is not served: ${(error as Error).message}`;
  }
}
