/** GitHub annotations: a workflow command per broken rule, which GitHub shows beside the log. */

import type { RecordedResult, Run } from '../results/results.ts';
import { escapeUnseen } from '../wire/printable.ts';
import { totalsInWords } from './console.ts';
import { explain } from './explain.ts';
import { summarize } from './summary.ts';

export function renderGithub(runs: readonly Run[]): string {
  return runs
    .flatMap((run) => {
      const { failures, errors, unexpectedPasses, unmatched, totals } = summarize(run);
      const failed = new Set(failures);
      const warnings = run.results.filter(
        (result) => result.verdict === 'warn' && !failed.has(result),
      );
      const { name } = run.target;
      const file = run.options.knownFailing?.file ?? '';
      return [
        ...failures.map((result) => annotation('error', result, run)),
        ...errors.map((result) => annotation('error', result, run)),
        ...unexpectedPasses.map(({ id }) =>
          command(
            'error',
            { file, title: `${id}: listed as known failing` },
            `it passes on ${name}`,
          ),
        ),
        ...unmatched.map(({ line, pattern }) =>
          command(
            'error',
            { file, line: `${line}`, title: 'known-failing list' },
            `no case matches ${pattern}`,
          ),
        ),
        ...warnings.map((result) => annotation('warning', result, run)),
        command('notice', { title: `Framewright: ${name}` }, totalsInWords(totals)),
      ];
    })
    .map((line) => `${line}\n`)
    .join('');
}

function annotation(kind: 'error' | 'warning', result: RecordedResult, run: Run): string {
  const { facts, rank } = explain(result, run);
  const lines = [result.title, ...facts.map(([name, words]) => `${name}: ${words}`)];
  const title = `${run.target.name}: ${result.id} (${rank})`;
  return command(kind, { title }, lines.join('\n'));
}

/** The escapes that the runner undoes: `%`, CR and LF in data, also `:` and `,` in properties. */
function command(
  name: string,
  properties: Readonly<Record<string, string>>,
  message: string,
): string {
  const list = Object.entries(properties)
    .map(([key, value]) => `${key}=${escapeProperty(escapeUnseen(value))}`)
    .join(',');
  return `::${name} ${list}::${escapeData(message.split('\n').map(escapeUnseen).join('\n'))}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
