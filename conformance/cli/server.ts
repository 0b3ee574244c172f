/** `framewright server`: runs the test suite against a server. */

import { catalogueVersion } from '../catalogue/catalogue.ts';
import type { Case } from '../format/case.ts';
import { freshSeed } from '../format/seed.ts';
import { redactJudgement } from '../redaction/redact-judgement.ts';
import { redactWords } from '../redaction/redact-text.ts';
import { type Redactor, redactorFor } from '../redaction/redactor.ts';
import { withoutSecrets } from '../redaction/without-secrets.ts';
import type { RunHead } from '../results/journal.ts';
import { redactEnd } from '../results/redact-end.ts';
import type { KnownFailing, Run } from '../results/results.ts';
import { runHead } from '../results/run-head.ts';
import { recordRun } from '../run/record-run.ts';
import { Recorder } from '../run/recorder.ts';
import { type Capabilities, recordedFacts } from '../run/server/probe/capabilities.ts';
import { probeServer } from '../run/server/probe/probe-server.ts';
import { RestartableCommand } from '../run/server/restartable-command.ts';
import { runServerCases } from '../run/server/run.ts';
import type { ServerTarget } from '../transport/connect.ts';
import { CannotRun } from './cannot-run.ts';
import { chooseCases } from './choose-cases.ts';
import {
  afterwards,
  type Interruption,
  onInterruption,
  unlessInterrupted,
} from './interruption.ts';
import { knownFailingOf } from './known-failing.ts';
import {
  type RecordFlags,
  type ReportFlags,
  type SelectionFlags,
  speechOf,
  type TargetFlags,
  type VerdictFlags,
} from './options.ts';
import { type Output, outputsOf, prepareOutputs, writeReports } from './outputs.ts';
import { withPort } from './port.ts';
import { progressOn } from './progress.ts';
import { targetOf } from './request-options.ts';
import { openJournal, type RunJournal } from './run-journal.ts';
import { withSuggestion } from './suggestion.ts';

export interface ServerFlags
  extends SelectionFlags,
    TargetFlags,
    VerdictFlags,
    ReportFlags,
    RecordFlags {
  readonly concurrency: number;
  readonly startTimeout: number;
  readonly name?: string;
  readonly targetVersion?: string;
}

/** @returns the exit code */
export async function runServer(
  address: string,
  words: readonly string[],
  flags: ServerFlags,
): Promise<number> {
  const cases = chooseCases(flags, 'server');
  const knownFailing = knownFailingOf(flags);
  const outputs = await outputsOf(flags);
  const target = targetOf(address, flags);
  await prepareOutputs(outputs);
  const journal = await openJournal(outputs);
  const command = await withPort(target.url, words);
  const redactor = redactorFor(target.url, target.headers, command);
  return withoutSecrets(redactor, () =>
    runAt({ target, cases, flags, knownFailing, command, redactor, journal }, outputs),
  );
}

async function runAt(given: Omit<Setting, 'started' | 'interruption'>, outputs: readonly Output[]) {
  const { target, flags, command } = given;
  const interruption = onInterruption();
  const { signal } = interruption;
  const started =
    command &&
    (await RestartableCommand.start(command, target.url, { timeout: flags.startTimeout, signal }));
  let run: Run;
  try {
    run = await runCases({ ...given, started, interruption });
  } finally {
    await started?.stop();
    interruption.release();
  }
  return writeReports(outputs, [run], flags, given.journal);
}

interface Setting {
  readonly target: ServerTarget;
  readonly cases: readonly Case[];
  readonly flags: ServerFlags;
  readonly knownFailing: KnownFailing | undefined;
  readonly command: readonly [string, ...string[]] | undefined;
  /** Secrets that shared files must not contain. */
  readonly redactor: Redactor;
  readonly started: RestartableCommand | undefined;
  readonly interruption: Interruption;
  readonly journal: RunJournal;
}

async function runCases(setting: Setting): Promise<Run> {
  const { target, cases, flags, redactor, started, interruption } = setting;
  const { concurrency, timeout, seed = freshSeed() } = flags;
  const startedAt = new Date();
  const begun = performance.now();
  const capabilities = await unlessInterrupted(probe(target, flags, started), interruption.signal);
  const head = headOf(setting, capabilities, startedAt, seed);
  const progress = progressOn(process.stderr, cases.length);
  const { wholeTimelines } = flags;
  const recorder = new Recorder(
    { wholeTimelines, redactor, stranger: 'server' },
    setting.journal.begin(head),
  );
  const results = runServerCases(cases, target, {
    ...{ concurrency, timeout, capabilities, seed, ...speechOf(flags) },
    ...(started && { process: started, residentMemory: started.residentMemory }),
    returnTimeout: flags.startTimeout,
    signal: interruption.signal,
    onNotice: (sentence) => progress.note(redactor.text(sentence)),
    onProvisional: (result) => void recorder.provisional(result),
  });
  const recording = await recordRun(cases, results, {
    recorder,
    interrupted: afterwards(interruption.signal, winding),
    onResult: (result) => progress.show(result),
  });
  progress.end();
  const duration = Math.round(performance.now() - begun);
  const { end, losses } = recording.end ?? { end: { state: 'interrupted' }, losses: [] };
  return {
    ...head,
    duration,
    end: redactEnd(end, redactor),
    ...(losses.length > 0 && { losses: redactJudgement(losses, redactor) }),
    results: recording.results,
  };
}

/** How long a run may take to wind up after an interruption, in ms. */
const winding = 1000;

function headOf(
  { target, cases, flags, knownFailing, command, redactor }: Setting,
  capabilities: Capabilities,
  startedAt: Date,
  seed: string,
): RunHead {
  const { only, skip, limits, volume, failOn, concurrency, timeout, insecure } = flags;
  const href = redactor.text(target.url.href);
  const headers = target.headers.map(([name]) => name);
  return runHead({
    target: {
      role: 'server',
      name: flags.name === undefined ? href : redactor.text(flags.name),
      ...(flags.targetVersion !== undefined && { version: flags.targetVersion }),
      url: href,
      ...(command && { command: redactWords(command).map((word) => redactor.text(word)) }),
      ...recordedFacts(capabilities),
    },
    ...{ cases, startedAt },
    catalogue: { version: catalogueVersion, volume },
    options: {
      ...{ only, skip, limits, failOn, concurrency, timeout, insecure, headers, seed },
      ...(flags.init.length > 0 && { inits: flags.init.length }),
      ...(flags.message && { hasMessage: true }),
      ...(knownFailing && { knownFailing }),
    },
  });
}

async function probe(
  target: ServerTarget,
  flags: ServerFlags,
  started: RestartableCommand | undefined,
): Promise<Capabilities> {
  const { timeout, startTimeout } = flags;
  const speech = speechOf(flags);
  if (!started) {
    return withSuggestion(target, timeout, () => probeServer(target, timeout, 0, speech));
  }
  try {
    // A command may listen before it has loaded everything it needs to answer.
    const probing = withSuggestion(target, timeout, () =>
      probeServer(target, timeout, startTimeout, speech),
    );
    return await Promise.race([probing, endOf(started)]);
  } catch (error) {
    await started.endsWithin(500);
    throw started.ended === undefined ? error : new CannotRun(goneSentence(started));
  }
}

/** @throws {CannotRun} as soon as the command has ended */
async function endOf(started: RestartableCommand): Promise<never> {
  await started.exited;
  throw new CannotRun(goneSentence(started));
}

const goneSentence = ({ ended, lastWords }: RestartableCommand) =>
  `the command ${ended}. ${lastWords()}`;
