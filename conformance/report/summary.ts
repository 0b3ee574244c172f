/**
 * The one place where results are counted and compared with expectations; every report shows these
 * numbers, so that none can disagree with another.
 */
import type { Level } from '../format/case.ts';
import { matchesPattern } from '../format/id-pattern.ts';
import type { Verdict } from '../judge/judge.ts';
import { levels, type RecordedResult, type Run } from '../results/results.ts';

/** How many results have each verdict. */
export type Totals = Readonly<Record<Verdict, number>> & { readonly total: number };

/** The results about one section of a document. */
export interface SectionSummary {
  readonly document: string;
  readonly section: string;
  readonly totals: Totals;
  readonly results: readonly RecordedResult[];
}

/** The counts of a run, and what is not as expected. */
export interface Summary {
  readonly totals: Totals;
  readonly byLevel: Readonly<Record<Level, Totals>>;
  /** By document, then by number. */
  readonly sections: readonly SectionSummary[];
  /** Broken rules that count and are not on a list. */
  readonly failures: readonly RecordedResult[];
  /** Broken, and on the known-failing list. */
  readonly knownFailures: readonly RecordedResult[];
  /** On the known-failing list but passed: the list has to shrink. */
  readonly unexpectedPasses: readonly RecordedResult[];
  /** Lines of the known-failing list that no case matches. */
  readonly unmatched: readonly { readonly line: number; readonly pattern: string }[];
  /** Run more than once, with different verdicts. */
  readonly unstable: readonly RecordedResult[];
  /** Cases that the harness could not judge. */
  readonly errors: readonly RecordedResult[];
  /** If no case was judged: why, and what to do about it. */
  readonly nothingJudged: string | undefined;
  /** 0: all as expected; 1: unexpected verdicts; 2: some cases could not be judged. */
  readonly exitCode: 0 | 1 | 2;
}

export const verdicts: readonly Verdict[] = ['pass', 'fail', 'warn', 'info', 'skip', 'error'];

/** Counts the results of a run and compares them with what was expected. */
export function summarize(run: Run): Summary {
  const { results, options, end } = run;
  const isListed = ({ id }: RecordedResult) =>
    options.knownFailing?.patterns.some((pattern) => matchesPattern(pattern, id)) ?? false;
  const broken = results.filter((result) => isBroken(result, options.failOn));
  const failures = broken.filter((result) => !isListed(result));
  const errors = results.filter(({ verdict }) => verdict === 'error');
  const unexpectedPasses = results.filter((result) => isKept(result) && isListed(result));
  const unmatched = options.knownFailing?.unmatched ?? [];
  const isUnexpected = failures.length + unexpectedPasses.length + unmatched.length > 0;
  const nothingJudged = whyNothingIsJudged(run);
  const isWhole =
    end.state === 'complete' && errors.length === 0 && !nothingJudged && !hasUnexplainedLoss(run);
  return {
    totals: count(results),
    byLevel: byLevel(results),
    sections: bySection(results),
    failures,
    knownFailures: broken.filter(isListed),
    unexpectedPasses,
    unmatched,
    unstable: results.filter(({ unstable }) => unstable),
    errors,
    nothingJudged,
    exitCode: !isWhole ? 2 : isUnexpected ? 1 : 0,
  };
}

/** Judged cases may have been filtered out: a view without results is not a run without any. */
function whyNothingIsJudged({ results, planned, filtered }: Run): string | undefined {
  const skipped = results.filter(({ verdict }) => verdict === 'skip');
  if (filtered || skipped.length < results.length) return undefined;
  if (results.length === 0) {
    const chosen = planned === 1 ? 'the selected case' : `the ${planned} selected cases`;
    return `No case was judged: there are no results for ${chosen}. Run it again.`;
  }
  const reasons = [...new Set(skipped.map(({ observed }) => observed))];
  const all = skipped.length === 1 ? 'the only case was skipped' : 'all cases were skipped';
  const more = reasons.length > 1 ? `, and ${reasons.length - 1} more reasons` : '';
  return `No case was judged: ${all} (${reasons[0]}${more}). Choose others with --only and --skip.`;
}

/** The target died, and no single case was found to be the reason. */
function hasUnexplainedLoss({ losses = [] }: Run): boolean {
  return losses.some(({ cases }) => cases.length === 0);
}

function isBroken({ verdict }: RecordedResult, failOn: Run['options']['failOn']): boolean {
  return verdict === 'fail' || (failOn === 'should' && verdict === 'warn');
}

/** A warning is not a pass: with `--fail-on should` the same list has to contain it. */
function isKept({ verdict }: RecordedResult): boolean {
  return verdict === 'pass' || verdict === 'info';
}

function count(results: readonly RecordedResult[]): Totals {
  const totals = { pass: 0, fail: 0, warn: 0, info: 0, skip: 0, error: 0, total: results.length };
  for (const { verdict } of results) totals[verdict] += 1;
  return totals;
}

function byLevel(results: readonly RecordedResult[]): Summary['byLevel'] {
  const of = (level: Level) => count(results.filter((result) => result.level === level));
  return Object.fromEntries(levels.map((level) => [level, of(level)])) as Summary['byLevel'];
}

const byNumber = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true });

export function bySection(results: readonly RecordedResult[]): SectionSummary[] {
  const sections = new Map<string, RecordedResult[]>();
  for (const result of results) {
    const key = `${result.document} §${result.section}`;
    const known = sections.get(key);
    if (known) known.push(result);
    else sections.set(key, [result]);
  }
  const documents = [...new Set(results.map(({ document }) => document))];
  const place = ({ results: [first] }: SectionSummary) => documents.indexOf(first!.document);
  return [...sections.values()]
    .map((inSection) => {
      const { document, section } = inSection[0]!;
      return { document, section, totals: count(inSection), results: inSection };
    })
    .toSorted((a, b) => place(a) - place(b) || byNumber(a.section, b.section));
}
