/** The destinations of reports: standard output, files, folders. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve, sep } from 'node:path';
import pc from 'picocolors';
import { builtInReporter, type Report, type Reporter, renderReport } from '../report/reporters.ts';
import { summarize } from '../report/summary.ts';
import { type Run, resultsOf } from '../results/results.ts';
import { formatResults, isReplaced, unfinished, writeWhole } from '../results/results-file.ts';
import { CannotRun } from './cannot-run.ts';
import { loadReporter } from './load-reporter.ts';
import { isFolder, makeFolder } from './make-folder.ts';
import type { ReportFlags } from './options.ts';
import type { RunJournal } from './run-journal.ts';
import { say, writeOut } from './standard-streams.ts';

export interface Output {
  readonly name: string;
  /** Default: the built-in one of that name. */
  readonly reporter?: Reporter;
  /** Undefined for standard output. */
  readonly path: string | undefined;
}

/** On GitHub Actions, annotations are printed in addition to the text. */
const defaults = process.env.GITHUB_ACTIONS === 'true' ? ['console', 'github'] : ['console'];

/** @throws {CannotRun} */
export async function outputsOf({
  reporter,
  out,
}: Pick<ReportFlags, 'reporter' | 'out'>): Promise<Output[]> {
  const outputs: Output[] = [];
  for (const words of reporter.length > 0 ? reporter : defaults) {
    outputs.push(await loadReporter(words));
  }
  return out === undefined ? outputs : [...outputs, { name: 'json', path: out }];
}

const reporterOf = ({ name, reporter }: Output): Reporter => reporter ?? builtInReporter(name)!;

/**
 * Creates the folders, and checks before the first case that everything can be written.
 * @throws {CannotRun}
 */
export async function prepareOutputs(outputs: readonly Output[]): Promise<void> {
  const taken = new Map<string, string>();
  for (const output of outputs) {
    const { name, path } = output;
    if (path === undefined) continue;
    if (reporterOf(output).writes === 'folder') await prepareFolder(path, path);
    else if (path.endsWith('/') || path.endsWith(sep) || (await isFolder(path)))
      throw new CannotRun(`cannot write ${path}: it is a folder, and has to be a file`);
    else if (await isReplaced(path)) {
      await prepareFolder(dirname(path), path, basename(path));
      const other = taken.get(resolve(path)) ?? name;
      // The later one would overwrite the earlier one.
      if (other !== name) throw new CannotRun(`cannot write ${path} as ${other} and as ${name}`);
      taken.set(resolve(path), name);
    }
  }
}

/**
 * @param wanted what will be written, for the message
 * @param name of the file that will be created: it may be too long
 * @throws {CannotRun}
 */
export async function prepareFolder(folder: string, wanted: string, name = ''): Promise<void> {
  try {
    await makeFolder(folder);
    await tryWriting(folder, name);
  } catch (error) {
    throw new CannotRun(`cannot write ${wanted}: ${(error as Error).message}`);
  }
}

/** As root, access(2) always reports success; only writing a file shows whether it works. */
async function tryWriting(folder: string, name: string): Promise<void> {
  const file = unfinished(join(folder, name || 'framewright'));
  await writeFile(file, '');
  await rm(file);
}

/**
 * Writes the reports, and prints what could not be written.
 * @param journal is kept if the results are nowhere else
 * @param least the exit code if the verdicts are as expected
 * @returns the exit code
 */
export async function writeReports(
  outputs: readonly Output[],
  runs: readonly Run[],
  flags: Pick<ReportFlags, 'verbose'>,
  journal?: Pick<RunJournal, 'release'>,
  least: 0 | 1 = 0,
): Promise<number> {
  const { failures, areKept } = await writeOutputs(outputs, runs, flags, journal !== undefined);
  if (areKept) journal?.release();
  for (const failure of failures) say(`framewright: ${failure}`);
  if (failures.length > 0) return 2;
  return Math.max(least, ...runs.map((run) => summarize(run).exitCode));
}

/** Results first: a report that fails does not lose them. */
const resultsFirst = (one: Output, other: Output) =>
  Number(other.name === 'json') - Number(one.name === 'json');

/**
 * Writes every report that can be written.
 * @param areNew whether the results are in no file yet: if a report fails, they are saved elsewhere
 * @returns a sentence for each failure, and whether the results are saved, or were not requested
 */
export async function writeOutputs(
  outputs: readonly Output[],
  runs: readonly Run[],
  { verbose }: Pick<ReportFlags, 'verbose'>,
  areNew: boolean,
): Promise<{ readonly failures: readonly string[]; readonly areKept: boolean }> {
  const failures: string[] = [];
  let areKept = !areNew;
  for (const output of outputs.toSorted(resultsFirst)) {
    const { name, path } = output;
    const report = await render(output, runs, verbose);
    if (typeof report === 'object' && 'failure' in report) {
      failures.push(`cannot make the ${name} report: ${report.failure}`);
      continue;
    }
    try {
      await write(report, path);
      areKept ||= name === 'json' && path !== undefined;
    } catch (error) {
      failures.push(`cannot write ${path ?? 'standard output'}: ${(error as Error).message}`);
    }
  }
  if (failures.length > 0 && !areKept) {
    const rescued = await rescue(runs);
    failures.push(rescued.sentence);
    areKept = rescued.areKept;
  } else {
    areKept = true;
  }
  if (outputs.every(({ path }) => path !== undefined)) await sayOutcomes(runs);
  return { failures, areKept };
}

/**
 * Stored conversations are read only here, and may be damaged; users' reporters may throw anything.
 */
async function render(
  output: Output,
  runs: readonly Run[],
  verbose: boolean,
): Promise<Report | { readonly failure: string }> {
  const { path } = output;
  const colours = path === undefined && pc.isColorSupported;
  try {
    return await renderReport(reporterOf(output), runs, {
      ...(path && { path }),
      colours,
      verbose,
    });
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

async function rescue(runs: readonly Run[]) {
  try {
    const path = join(await mkdtemp(join(tmpdir(), 'framewright-')), 'results.json');
    await writeWhole(path, formatResults(resultsOf(runs)));
    const sentence = `the results are in ${path}: framewright report creates any report from them`;
    return { sentence, areKept: true };
  } catch (error) {
    const sentence = `the results cannot be saved elsewhere either: ${(error as Error).message}`;
    return { sentence, areKept: false };
  }
}

/** Without a report on standard output, prints the outcome on standard error, like the progress. */
async function sayOutcomes(runs: readonly Run[]): Promise<void> {
  const { outcomeInWords } = await import('../report/console.ts');
  for (const run of runs) say(outcomeInWords(run));
}

async function write(report: Report, path: string | undefined): Promise<void> {
  const files = typeof report === 'string' ? [[undefined, report] as const] : [...report];
  for (const [name, content] of files) {
    if (path === undefined) await writeOut(content);
    else await writeWhole(name === undefined ? path : join(path, name), content);
  }
}
