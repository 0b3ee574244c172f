/** One attempt at a case: plays it against a server target and judges the conversation. */
import type { Case } from '../../format/case.ts';
import { unmetNeed } from '../../format/needs.ts';
import type { Seed } from '../../format/seed.ts';
import { hasAftermath } from '../../judge/judge-conversations.ts';
import type { ClosingWait } from '../../play/closing-wait.ts';
import type { PlayOptions } from '../../play/exchange.ts';
import type { CaseResult } from '../../results/case-result.ts';
import { faulted, unjudged } from '../../results/unjudged.ts';
import { ConnectError, type ServerTarget } from '../../transport/connect.ts';
import { MemoryWatch, playAftermath, type ResidentMemory } from './aftermath.ts';
import { workOfOpenings } from './opening-time.ts';
import { abilitiesOfClients, type Capabilities } from './probe/capabilities.ts';
import { type JudgedCase, playRounds } from './rounds.ts';
import { dependsOnSpeed, type Speed, workOf } from './speed.ts';

/** How long a target that must fail the connection is left alone, in ms. */
export const defaultGrace = 250;

export interface AttemptOptions {
  readonly capabilities: Capabilities;
  readonly timeout: number;
  readonly grace: number;
  readonly seed: Seed;
  /** How long the end of a conversation may take. Default: `timeout` for each sign of it. */
  readonly closing?: ClosingWait | undefined;
  /** How fast the target echoes; undefined where that is not known. */
  readonly speed?: Speed | undefined;
  /** How long the target takes to answer an opening handshake, in ms; undefined if not known. */
  readonly openingTime?: number | undefined;
  /** For how long a case may keep the target busy, in ms; one that would for longer is skipped. */
  readonly longestWork?: number;
  readonly residentMemory?: ResidentMemory | undefined;
  /** Drops the connections of the case at once; its result means nothing then. */
  readonly signal?: AbortSignal | undefined;
}

/** Why a case cannot be run against this target. */
export function reasonToSkip(testCase: Case, capabilities: Capabilities): string | undefined {
  if (!testCase.against.includes('server')) return 'the case is only for clients';
  return unmetNeed(testCase, { ...abilitiesOfClients, ...capabilities });
}

/** How much longer the work of a case may take than it was measured to take. */
const workMargin = 2;

/** How long the target is busy with what the case asks of it at once, in ms. */
function workIn(testCase: Case, { speed, openingTime }: AttemptOptions): number {
  const echoing = speed && dependsOnSpeed(testCase) ? workOf(testCase, speed) : 0;
  return Math.max(echoing, workOfOpenings(testCase, openingTime ?? 0));
}

function reasonOfTime(work: number, longest = Number.POSITIVE_INFINITY): string | undefined {
  if (work <= longest) return undefined;
  const seconds = Math.round(work / 1000);
  return `the target answers too slowly: this would take it about ${seconds} s`;
}

export async function playCase(
  testCase: Case,
  target: ServerTarget,
  options: AttemptOptions,
): Promise<CaseResult> {
  const { capabilities, timeout, grace, seed, closing, residentMemory, signal } = options;
  const work = workIn(testCase, options);
  const reason = reasonToSkip(testCase, capabilities) ?? reasonOfTime(work, options.longestWork);
  if (reason) return unjudged(testCase, 'skip', reason);
  const playOptions = {
    timeout: Math.max(timeout, testCase.observationTimeout ?? 0) + workMargin * work,
    grace,
    seed,
    closing,
    echo: capabilities.echo,
    pong: capabilities.pong,
    signal,
  };
  const startedAt = performance.now();
  try {
    const { judgement, ...played } = await playWithAftermath(
      testCase,
      target,
      playOptions,
      residentMemory ?? (() => undefined),
    );
    return { case: testCase, ...judgement, duration: performance.now() - startedAt, ...played };
  } catch (error) {
    if (error instanceof ConnectError) return unjudged(testCase, 'error', error.message);
    return faulted(testCase, error);
  }
}

async function playWithAftermath(
  testCase: Case,
  target: ServerTarget,
  options: PlayOptions,
  residentMemory: ResidentMemory,
): Promise<JudgedCase> {
  if (!hasAftermath(testCase)) return playRounds(testCase, target, options);
  const watch = new MemoryWatch(residentMemory);
  try {
    const played = await playRounds(testCase, target, options);
    return await playAftermath(testCase, played, watch.stop(), target, options);
  } finally {
    watch.stop();
  }
}
