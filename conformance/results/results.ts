/**
 * The stored form of runs: the content of `results.json`, from which every report is made. Published
 * as `results.schema.json`; a changed structure gets a new `version`.
 */

import type { Case, Level, Volume } from '../format/case.ts';
import type { Role } from '../format/role.ts';
import type { Seed } from '../format/seed.ts';
import type { TargetBehaviour } from '../format/target-behaviour.ts';
import type { Proof } from '../format/target-profile.ts';
import type { Judgement } from '../judge/judge.ts';
import type { AftermathFacts } from '../judge/judge-conversations.ts';
import { redactJudgement } from '../redaction/redact-judgement.ts';
import { redactorWith } from '../redaction/redact-timeline.ts';
import { Redactor } from '../redaction/redactor.ts';
import type { Side } from '../wire/timeline.ts';
import type { Attempt, CaseResult } from './case-result.ts';
import { type StoredConversation, storeConversations } from './stored-conversations.ts';
import { faulted } from './unjudged.ts';

/** The value of `format` in `results.json`. */
export const resultsFormat = 'framewright results';
/** The version of the format; a new shape has a new one. */
export const resultsVersion = 2;

/** The content of `results.json`. */
export interface Results {
  readonly format: typeof resultsFormat;
  readonly version: typeof resultsVersion;
  /** One per target. */
  readonly runs: readonly Run[];
}

/** Everything that one run observed of one target. */
export interface Run {
  readonly target: RecordedTarget;
  /** The version that ran. */
  readonly framewright: string;
  readonly catalogue: { readonly version: string; readonly volume: Volume };
  /** In UTC, ISO 8601. */
  readonly startedAt: string;
  /** In milliseconds. */
  readonly duration: number;
  /** Of the machine that ran it: `linux x64, Node 20.20.2`. */
  readonly platform: string;
  readonly options: RecordedOptions;
  readonly end: RunEnd;
  /** Each time that the target was lost and came back or was restarted. */
  readonly losses?: readonly RecordedLoss[];
  /** How many cases were selected; if the run ended early, there are fewer results. */
  readonly planned: number;
  /** Whether a report has left out some results, so that judged cases may be missing. */
  readonly filtered?: true;
  /** In the order of the catalogue. */
  readonly results: readonly RecordedResult[];
}

/** The target of a run, as reports show it. */
export interface RecordedTarget {
  readonly role: Role;
  /** Its name for users: `ws`, `Chromium`, or its URL. */
  readonly name: string;
  readonly version?: string;
  /** Of a server; for a client, the address that it was given. */
  readonly url?: string;
  /** The command that started it, if Framewright did. */
  readonly command?: readonly string[];
  /** What the probe found: one flag per need, and facts shown in reports. */
  readonly capabilities: { readonly echo: boolean } & Readonly<Record<string, boolean | string>>;
  /** What a server does by itself, and how it reacts to one message, as the probe found it. */
  readonly behaviour?: TargetBehaviour;
}

/** What decides whether verdicts are expected, and what is needed to repeat the run. */
export interface RecordedOptions {
  readonly only: readonly string[];
  readonly skip: readonly string[];
  readonly limits: boolean;
  readonly failOn: 'must' | 'should';
  readonly concurrency: number;
  /** In milliseconds. */
  readonly timeout: number;
  readonly insecure: boolean;
  /** Names only: values may be secret. */
  readonly headers: readonly string[];
  /** How many first messages were sent before each case. */
  readonly inits?: number;
  /** Whether the user gave a message that the application answers. */
  readonly hasMessage?: true;
  readonly seed: Seed;
  readonly knownFailing?: KnownFailing;
}

/** A known-failing list as it was read. */
export interface KnownFailing {
  readonly file: string;
  /** Ids, `*` for any characters. */
  readonly patterns: readonly string[];
  /** Lines that no case of the catalogue matches: they make the run fail. */
  readonly unmatched: readonly { readonly line: number; readonly pattern: string }[];
}

/** How a run ended. */
export type RunEnd =
  | { readonly state: 'complete' }
  /** Stopped by a user. */
  | { readonly state: 'interrupted' }
  /** The target became unreachable. */
  | { readonly state: 'target lost'; readonly reason: string };

/** A time at which the target was lost. */
export interface RecordedLoss {
  readonly reason: string;
  /** The cases that end the target when they run alone; empty if no single case does. */
  readonly cases: readonly string[];
}

/** What `results.json` has of a case. */
export interface RecordedCase
  extends Pick<Case, 'id' | 'title' | 'level' | 'section' | 'requirement' | 'tags' | 'autobahn'> {
  /** `RFC 6455`; a catalogue of another version may cite others. */
  readonly document: string;
}

/** The result of one case, as `results.json` has it. */
export interface RecordedResult extends RecordedCase, RecordedAttempt {
  /** If the case was played more than once: the attempts that did not decide. */
  readonly otherAttempts?: readonly RecordedAttempt[];
  /** Not all attempts had the same verdict. */
  readonly unstable?: true;
}

/** One playing of a case. */
export interface RecordedAttempt extends Judgement {
  /** In milliseconds. */
  readonly duration: number;
  /** In the order in which they were held; empty if nothing was played. */
  readonly conversations: readonly StoredConversation[];
  /** Of a limit case: what was found after its conversation. */
  readonly aftermath?: AftermathFacts;
  /** What showed that a server was alive before it was provoked; absent if the case itself shows it. */
  readonly proof?: Proof;
  /** Its messages were said in the words of the target's application: it cannot be judged again. */
  readonly isAdapted?: true;
  /** If the harness itself failed: the stack of its error. */
  readonly stack?: string;
}

export const levels: readonly Level[] = ['must', 'should', 'may'];

export function resultsOf(runs: readonly Run[]): Results {
  return { format: resultsFormat, version: resultsVersion, runs };
}

/**
 * The most characters that the streams of a passed case may take in `results.json`. Long ones are a
 * tenth of the catalogue and nine tenths of the bytes, and are rarely read.
 */
const limitOfPassed = 32 * 1024;

/**
 * The same for the main conversation of all other cases: dozens of them still fit into what a string
 * of JavaScript can hold.
 */
const limitOfBroken = 8 * 1024 * 1024;

export interface RecordOptions {
  /** Keeps every byte, however many a case has. */
  readonly wholeTimelines?: boolean;
  /** Secrets to redact. */
  readonly redactor?: Redactor;
  /** The side whose head may contain more secrets: its cookies, its credentials, its query. */
  readonly stranger?: Side;
}

/** A result that cannot be stored is replaced by one that explains it; the others are kept. */
export async function recordResult(
  result: CaseResult,
  options: RecordOptions = {},
): Promise<RecordedResult> {
  try {
    return await store(result, options);
  } catch (error) {
    return store(faulted(result.case, error), {});
  }
}

async function store(result: CaseResult, options: RecordOptions): Promise<RecordedResult> {
  const { case: testCase, otherAttempts, unstable, ...attempt } = result;
  const redactor = redactorFor([attempt, ...(otherAttempts ?? [])], options);
  const { wholeTimelines = false } = options;
  const others = otherAttempts?.map((other) => {
    const repeatsResult = other.verdict === attempt.verdict;
    return storeAttempt(other, redactor, limitFor(other, wholeTimelines, repeatsResult));
  });
  return {
    ...recordCase(testCase),
    ...(await storeAttempt(attempt, redactor, limitFor(attempt, wholeTimelines))),
    ...(others && { otherAttempts: await Promise.all(others) }),
    ...(unstable && { unstable }),
  };
}

/** What one conversation shows to be secret may be repeated in another. */
function redactorFor(
  attempts: readonly Attempt[],
  { redactor = new Redactor(), stranger }: RecordOptions,
): Redactor {
  return attempts
    .flatMap(({ conversations }) => conversations)
    .reduce((known, { timeline }) => redactorWith(known, timeline, stranger), redactor);
}

interface Limits {
  readonly limit: number;
  readonly limitOfOthers: number;
}

function limitFor({ verdict }: Attempt, isUnlimited: boolean, repeatsResult = false): Limits {
  if (isUnlimited) return { limit: Infinity, limitOfOthers: Infinity };
  const isShort = verdict === 'pass' || verdict === 'info' || repeatsResult;
  return { limit: isShort ? limitOfPassed : limitOfBroken, limitOfOthers: limitOfPassed };
}

async function storeAttempt(
  { conversations, duration, ...judgement }: Attempt,
  redactor: Redactor,
  limits: Limits,
): Promise<RecordedAttempt> {
  return {
    ...redactJudgement(judgement, redactor),
    duration: Math.round(duration * 1000) / 1000,
    conversations: await storeConversations(conversations, { redactor, ...limits }),
  };
}

function recordCase(testCase: Case): RecordedCase {
  const { id, title, level, document, section, requirement, tags, autobahn } = testCase;
  return {
    id,
    title,
    level,
    document,
    section,
    requirement,
    ...(tags && { tags }),
    ...(autobahn && { autobahn }),
  };
}
