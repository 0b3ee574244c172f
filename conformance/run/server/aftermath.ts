/**
 * The check after a limit case: the target survived it if a fresh connection is served as before and,
 * if the harness started the target, its memory stayed within the budget.
 */

import { aliveCase } from '../../format/liveness.ts';
import {
  type CaseWithAftermath,
  judgeAftermath,
  whyNotServed,
} from '../../judge/judge-conversations.ts';
import { noLongerServed } from '../../judge/rules.ts';
import type { PlayOptions } from '../../play/exchange.ts';
import { playAsClient } from '../../play/player.ts';
import type { ServerTarget } from '../../transport/connect.ts';
import { connect } from '../../transport/connect.ts';
import type { Timeline } from '../../wire/timeline.ts';
import { type JudgedCase, judgedTarget } from './rounds.ts';

/** Bytes of resident memory; undefined if unknown. */
export type ResidentMemory = () => number | undefined;

/** In ms, at least: reading about the processes of a busy machine takes long. */
const samplingInterval = 50;
/** Share of this process's time, since it has to serve a conversation meanwhile. */
const samplingShare = 1 / 20;

/** Measures how far memory rises above its initial value. */
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

  /** @returns bytes; undefined if unknown */
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
 * Looks at the target after a limit case, and judges what it shows together with the case itself.
 * @param played the case itself, as it was judged
 * @param memoryGrowth octets; undefined if unknown
 */
export async function playAftermath(
  testCase: CaseWithAftermath,
  played: JudgedCase,
  memoryGrowth: number | undefined,
  target: ServerTarget,
  options: PlayOptions,
): Promise<JudgedCase> {
  if (played.judgement.verdict === 'fail') return played;
  const found = await playFresh(target, options);
  const aftermath = {
    ...(memoryGrowth !== undefined && { memoryGrowth }),
    ...(found.connectError !== undefined && { connectError: found.connectError }),
  };
  const { fresh } = found;
  const judged = judgedTarget(target, options);
  const judgement = judgeAftermath(testCase, played.judgement, { ...aftermath, fresh }, judged);
  if (judgement.rule === noLongerServed.name) await awaitRecovery(target, options);
  const conversations = fresh
    ? [...played.conversations, { name: 'aftermath', timeline: fresh } as const]
    : played.conversations;
  return { judgement, conversations, aftermath };
}

const attemptsAtRecovery = 6;

/** What one case left the target to do must not count against the next. */
async function awaitRecovery(target: ServerTarget, options: PlayOptions): Promise<void> {
  for (let attempt = 0; attempt < attemptsAtRecovery; attempt += 1) {
    const { fresh } = await playFresh(target, options);
    if (fresh && whyNotServed(fresh, judgedTarget(target, options)) === undefined) return;
  }
}

type Fresh =
  | { readonly fresh: Timeline; readonly connectError?: never }
  | { readonly fresh?: never; readonly connectError: string };

async function playFresh(target: ServerTarget, options: PlayOptions): Promise<Fresh> {
  try {
    const channel = await connect(target, options.timeout, options.signal);
    const { timeline } = await playAsClient(aliveCase, channel, target, options);
    return { fresh: timeline };
  } catch (error) {
    return { connectError: (error as Error).message };
  }
}
