/** GitHub annotations: a workflow command per broken rule, which GitHub shows next to the log. */

import type { RecordedResult, Run } from '../results/results.ts';
import { forAnnotation, forAnnotationProperty } from '../untrusted/inert.ts';
import { totalsInWords, unstableInWords } from './console.ts';
import { explain } from './explain.ts';
import { bySection, summarize } from './summary.ts';

/** GitHub shows the first ten errors and the first ten warnings of a step. */
const shownOfAKind = 10;

export function renderGithub(runs: readonly Run[]): string {
  return runs
    .flatMap(commandsFor)
    .map((line) => `${line}\n`)
    .join('');
}

function commandsFor(run: Run): string[] {
  const { failures, errors, unexpectedPasses, unmatched, totals, unstable } = summarize(run);
  const failed = new Set(failures);
  const warnings = run.results.filter((result) => result.verdict === 'warn' && !failed.has(result));
  const { name } = run.target;
  const file = run.options.knownFailing?.file ?? '';
  return [
    ...annotations('error', failures, run),
    ...annotations('error', errors, run),
    ...unexpectedPasses.map(({ id }) =>
      command('error', { file, title: `${id}: listed as known failing` }, `it passes on ${name}`),
    ),
    ...unmatched.map(({ line, pattern }) =>
      command(
        'error',
        { file, line: `${line}`, title: 'known-failing list' },
        `no case matches ${pattern}`,
      ),
    ),
    ...annotations('warning', warnings, run),
    command(
      'notice',
      { title: `Framewright: ${name}` },
      `${totalsInWords(totals)}${unstableInWords(unstable.length)}`,
    ),
  ];
}

/** One each or, if GitHub would not show them all, one per section that lists the others. */
function annotations(
  kind: 'error' | 'warning',
  results: readonly RecordedResult[],
  run: Run,
): string[] {
  if (results.length <= shownOfAKind)
    return results.map((result) => annotation(kind, [result], run));
  return bySection(results).map((section) => annotation(kind, section.results, run));
}

function annotation(kind: 'error' | 'warning', results: readonly RecordedResult[], run: Run) {
  const [first, ...others] = results;
  const { facts, rank } = explain(first!, run);
  const lines = [
    first!.title,
    ...facts.map(([name, words]) => `${name}: ${words}`),
    ...(others.length > 0 ? [`and: ${others.map(({ id }) => id).join(', ')}`] : []),
  ];
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  const title = `${first!.id}${more} (${rank}), ${run.target.name}`;
  return command(kind, { title }, lines.join('\n'));
}

function command(
  name: string,
  properties: Readonly<Record<string, string>>,
  message: string,
): string {
  const list = Object.entries(properties)
    .map(([key, value]) => `${key}=${forAnnotationProperty(value)}`)
    .join(',');
  return `::${name} ${list}::${forAnnotation(message)}`;
}
