/** One attempt at a case: plays it against a server target and judges the conversation. */

import { adaptCase } from '../../format/adapt-case.ts';
import { type ApplicationMessage, answeredForm } from '../../format/application-message.ts';
import type { Case } from '../../format/case.ts';
import { provesAliveFirst } from '../../format/liveness.ts';
import { unmetNeed } from '../../format/needs.ts';
import type { Seed } from '../../format/seed.ts';
import { proofOf, type TargetProfile } from '../../format/target-profile.ts';
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
  /** Sent after the greeting, before each case. */
  readonly inits?: readonly ApplicationMessage[] | undefined;
  /** A message that the application answers. */
  readonly message?: ApplicationMessage | undefined;
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
  const { behaviour, ...abilities } = capabilities;
  return unmetNeed(testCase, { ...abilitiesOfClients, ...abilities }, behaviour);
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

/** What the peer and the judge have to know of the target. */
function profileOf({ capabilities, inits, message }: AttemptOptions): TargetProfile {
  const { echo, pong, behaviour } = capabilities;
  return {
    ...{ echo, pong, behaviour },
    ...(inits && { inits }),
    message: message && behaviour && answeredForm(message, behaviour),
  };
}

export async function playCase(
  testCase: Case,
  target: ServerTarget,
  options: AttemptOptions,
): Promise<CaseResult> {
  const { capabilities, timeout, grace, seed, closing, residentMemory, signal } = options;
  const profile = profileOf(options);
  const adapted = adaptCase(testCase, profile);
  const played = adapted?.testCase ?? testCase;
  const work = workIn(played, options);
  const can = adapted ? { ...capabilities, echo: true } : capabilities;
  const reason = reasonToSkip(played, can) ?? reasonOfTime(work, options.longestWork);
  if (reason) return unjudged(testCase, 'skip', reason);
  const playOptions = {
    timeout: Math.max(timeout, testCase.observationTimeout ?? 0) + workMargin * work,
    grace,
    seed,
    closing,
    ...profile,
    isUnderstood: adapted?.isUnderstood ?? false,
    signal,
  };
  const startedAt = performance.now();
  try {
    const { judgement, ...kept } = await playWithAftermath(
      played,
      target,
      playOptions,
      residentMemory ?? (() => undefined),
    );
    return {
      ...{ case: testCase, ...judgement, duration: performance.now() - startedAt, ...kept },
      ...(provesAliveFirst(played) && { proof: proofOf(played, profile) }),
      ...(adapted && { isAdapted: true }),
    };
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
