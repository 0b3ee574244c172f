/** `framewright browsers`: runs the client cases in real engines, and compares with baselines. */
import { writeFile } from 'node:fs/promises';
import { type Engine, engines } from '../../browsers/find.ts';
import { describeSession, requireBrowsers } from '../../browsers/launch.ts';
import type { Session } from '../../browsers/session.ts';
import {
  type Baseline,
  baselineName,
  differences,
  findBaseline,
  isKnown,
  knownFailingIn,
} from '../baselines/baselines.ts';
import { renderBaseline } from '../baselines/render-baseline.ts';
import { catalogue } from '../catalogue/catalogue.ts';
import type { Case } from '../format/case.ts';
import { freshSeed } from '../format/seed.ts';
import type { CaseResult } from '../results/case-result.ts';
import type { KnownFailing, RecordedResult, Run, RunEnd } from '../results/results.ts';
import { runBrowserCases } from '../run/browser/run-browser.ts';
import { recordRun } from '../run/record-run.ts';
import { Recorder } from '../run/recorder.ts';
import { CannotRun } from './cannot-run.ts';
import { chooseCases } from './choose-cases.ts';
import { clientRun, clientRunHead } from './client-run.ts';
import { type Interruption, onInterruption } from './interruption.ts';
import { knownFailingOf } from './known-failing.ts';
import type { RecordFlags, ReportFlags, SelectionFlags, VerdictFlags } from './options.ts';
import { outputsOf, prepareFolder, prepareOutputs, writeReports } from './outputs.ts';
import { progressOn } from './progress.ts';
import { openJournal, type RunJournal } from './run-journal.ts';
import { say } from './standard-streams.ts';

export interface BrowsersFlags extends SelectionFlags, VerdictFlags, ReportFlags, RecordFlags {
  readonly timeout: number;
  readonly seed: string | undefined;
  readonly baseline: boolean;
  readonly writeBaseline: string | undefined;
}

/** @returns the exit code */
export async function runBrowsers(names: readonly string[], flags: BrowsersFlags): Promise<number> {
  const chosen = enginesNamed(names);
  requireBrowsers(chosen, ['selfsigned']);
  const cases = chooseCases(flags, 'client');
  const known = knownFailingOf(flags);
  const outputs = await outputsOf(flags);
  await prepareOutputs(outputs);
  const journal = await openJournal(outputs);
  const { writeBaseline: folder } = flags;
  if (folder !== undefined) await prepareFolder(folder, `a baseline in ${folder}`);
  const interruption = onInterruption();
  const runs: Run[] = [];
  let isDifferent = false;
  let notStarted: CannotRun | undefined;
  try {
    for (const engine of chosen) {
      if (interruption.signal.aborted) break;
      const { run, changes } = await runEngine({
        ...{ engine, cases, flags, known, interruption, journal },
      });
      runs.push(run);
      for (const line of changes) say(line);
      isDifferent ||= changes.length > 0;
    }
  } catch (error) {
    if (!(error instanceof CannotRun) || runs.length === 0) throw error;
    notStarted = error;
  } finally {
    interruption.release();
  }
  const exitCode = await writeReports(outputs, runs, flags, journal, isDifferent ? 1 : 0);
  if (notStarted) throw notStarted;
  return exitCode;
}

function enginesNamed(names: readonly string[]): readonly Engine[] {
  for (const name of names) {
    if (engines.some((engine) => engine === name)) continue;
    throw new CannotRun(
      `unknown engine ${JSON.stringify(name)}; the engines are ${engines.join(', ')}`,
    );
  }
  return names.length > 0 ? engines.filter((engine) => names.includes(engine)) : engines;
}

interface Setting {
  readonly engine: Engine;
  readonly cases: readonly Case[];
  readonly flags: BrowsersFlags;
  readonly known: KnownFailing | undefined;
  readonly interruption: Interruption;
  readonly journal: RunJournal;
}

async function runEngine(setting: Setting) {
  const { engine, cases, flags, known, interruption, journal } = setting;
  const { only, skip, limits, failOn, timeout, volume, seed = freshSeed() } = flags;
  const startedAt = new Date();
  let session: Session | undefined;
  let baseline: Baseline | undefined;
  const progress = progressOn(process.stderr, cases.length);
  const results = runBrowserCases(cases, engine, {
    timeout,
    seed,
    signal: interruption.signal,
    onProvisional: (result) => void recorder.provisional(result),
    isKnown: ({ case: { id }, ...judgement }) =>
      isKnown(baseline?.lines ?? [], { id, ...judgement }),
    onLaunch: (launched) => {
      const again = session ? 'restarted' : 'started';
      session = launched;
      if (flags.baseline) baseline ??= baselineOf(launched.product, launched.version);
      say(`${again} ${describeSession(launched)}`);
    },
  });
  /** A browser that fails loses no result that exists already. */
  async function* untilLost(): AsyncGenerator<CaseResult, RunEnd, void> {
    try {
      yield* results;
    } catch (error) {
      if (error instanceof CannotRun) throw error;
      const { message } = error as Error;
      if (!session) throw new CannotRun(`${engine} could not be started: ${message}`);
      const reason = `the browser does not respond any more: ${message}`;
      return { state: 'target lost', reason };
    }
    return { state: 'complete' };
  }
  const aboutRun = (knownFailing: KnownFailing | undefined) => ({
    target: {
      name: session ? `${session.product} (${session.provider})` : engine,
      version: session?.version ?? '',
    },
    capabilities: { engine, script: true },
    cases,
    volume,
    startedAt,
    options: {
      ...{ only, skip, limits, failOn, concurrency: 1, timeout, seed },
      ...(knownFailing && { knownFailing }),
    },
  });
  let keep: ((result: RecordedResult) => void) | undefined;
  const recorder = new Recorder({ wholeTimelines: flags.wholeTimelines }, (recorded) => {
    // The version of the browser is known only after its start.
    keep ??= journal.begin(clientRunHead(aboutRun(known)));
    keep(recorded);
  });
  const watched = untilLost();
  const recording = await recordRun(cases, watched, {
    recorder,
    interrupted: interruption.signal,
    onResult: (result) => progress.show(result),
  });
  progress.end();
  // After an interruption the browser has to end first; one that is starting ends with us.
  if (session) await watched.return({ state: 'interrupted' });
  const product = session?.product ?? engine;
  const knownFailing = known ?? (baseline && knownFailingIn(baseline, recording.results));
  const { end = { state: 'interrupted' }, results: recorded } = recording;
  const run = clientRun({ ...aboutRun(knownFailing), end, results: recorded });
  if (flags.writeBaseline !== undefined && run.end.state === 'complete')
    await writeBaseline(flags.writeBaseline, run, product, baseline);
  return { run, changes: baseline ? changesFrom(baseline, run, product) : [] };
}

function baselineOf(product: string, version: string): Baseline | undefined {
  try {
    return findBaseline(
      product,
      version,
      catalogue('full').map(({ id }) => id),
    );
  } catch (error) {
    throw new CannotRun(`cannot read the baseline: ${(error as Error).message}`);
  }
}

function changesFrom(baseline: Baseline, run: Run, product: string): readonly string[] {
  const changes = differences(baseline.lines, run.results);
  const own = baselineName(product, run.target.version ?? '');
  const of = baseline.name === own ? baseline.name : `${baseline.name}, as ${own} does not exist`;
  return changes.length > 0 ? [`differs from the baseline ${of}:`, ...changes] : [];
}

async function writeBaseline(folder: string, run: Run, product: string, before?: Baseline) {
  const path = `${folder}/${baselineName(product, run.target.version ?? '')}`;
  await writeFile(path, renderBaseline(run.target.name, run.results, before?.lines ?? []));
  say(`wrote ${path}`);
}
