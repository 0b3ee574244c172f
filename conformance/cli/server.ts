/** `framewright server`: plays the catalogue against a server. */
import type { Case } from '../case.ts';
import { catalogueVersion } from '../catalogue.ts';
import { lastWords, type StartedCommand, startCommand } from '../command-target.ts';
import type { ServerTarget } from '../play/connect.ts';
import { answersHandshakes, type Capabilities, probeServer } from '../play/probe.ts';
import { freshSeed } from '../play/seed.ts';
import { serverTarget } from '../play/server-target.ts';
import { redactEnd } from '../redaction/redact-end.ts';
import { redactWords } from '../redaction/redact-text.ts';
import { type Redactor, redactorFor } from '../redaction/redactor.ts';
import { withoutSecrets } from '../redaction/without-secrets.ts';
import type { RunHead } from '../results/journal.ts';
import type { KnownFailing, Run } from '../results/results.ts';
import { recordRun } from '../run/record-run.ts';
import { runServerCases } from '../run/run.ts';
import { version } from '../version.ts';
import { CannotRun } from './cannot-run.ts';
import { chooseCases } from './choose-cases.ts';
import { type Interruption, onInterruption, unlessInterrupted } from './interruption.ts';
import { knownFailingOf } from './known-failing.ts';
import type {
  RecordFlags,
  ReportFlags,
  SelectionFlags,
  TargetFlags,
  VerdictFlags,
} from './options.ts';
import { type Output, outputsOf, prepareOutputs, writeReports } from './outputs.ts';
import { withPort } from './port.ts';
import { progressOn } from './progress.ts';
import { openJournal, type RunJournal } from './run-journal.ts';

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
  const outputs = outputsOf(flags);
  const target = serverTarget(address, { headers: flags.header, insecure: flags.insecure });
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
  const started =
    command &&
    (await startCommand(command, target.url, {
      timeout: flags.startTimeout,
      signal: interruption.signal,
    }));
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
  /** What files that are passed around must not say. */
  readonly redactor: Redactor;
  readonly started: StartedCommand | undefined;
  readonly interruption: Interruption;
  readonly journal: RunJournal;
}

async function runCases(setting: Setting): Promise<Run> {
  const { target, cases, flags, redactor, started, interruption } = setting;
  const { concurrency, timeout, seed = freshSeed() } = flags;
  const startedAt = new Date().toISOString();
  const begun = performance.now();
  const capabilities = await unlessInterrupted(
    probe(target, timeout, started, flags.startTimeout),
    interruption.signal,
  );
  const head = runHead(setting, capabilities, startedAt, seed);
  const progress = progressOn(process.stderr, cases.length);
  const recording = await recordRun(
    cases,
    runServerCases(cases, target, {
      concurrency,
      timeout,
      capabilities,
      seed,
      ...(started && { residentMemory: started.residentMemory }),
      signal: interruption.signal,
    }),
    {
      role: 'server',
      wholeTimelines: flags.wholeTimelines,
      redactor,
      stranger: 'server',
      interrupted: interruption.signal,
      ...(started && { gone: started.exited.then((how) => goneSentence(how, started)) }),
      lookForTarget: () => lookFor(target, timeout, started),
      onResult: (result) => progress.show(result),
      onRecorded: setting.journal.begin(head),
    },
  );
  progress.end();
  const duration = Math.round(performance.now() - begun);
  const end = redactEnd(recording.end, redactor);
  return { ...head, duration, end, results: recording.results };
}

function runHead(
  { target, cases, flags, knownFailing, command, redactor }: Setting,
  capabilities: Capabilities,
  startedAt: string,
  seed: string,
): RunHead {
  const { only, skip, limits, volume, failOn, concurrency, timeout, insecure } = flags;
  const href = redactor.text(target.url.href);
  const headers = target.headers.map(([name]) => name);
  return {
    target: {
      role: 'server',
      name: flags.name === undefined ? href : redactor.text(flags.name),
      ...(flags.targetVersion !== undefined && { version: flags.targetVersion }),
      url: href,
      ...(command && { command: redactWords(command).map((word) => redactor.text(word)) }),
      capabilities: { ...capabilities },
    },
    framewright: version,
    catalogue: { version: catalogueVersion, volume },
    startedAt,
    platform: `${process.platform} ${process.arch}, Node ${process.versions.node}`,
    options: {
      ...{ only, skip, limits, failOn, concurrency, timeout, insecure, headers, seed },
      ...(knownFailing && { knownFailing }),
    },
    planned: cases.length,
  };
}

async function probe(
  target: ServerTarget,
  timeout: number,
  started: StartedCommand | undefined,
  startTimeout: number,
): Promise<Capabilities> {
  if (!started) return probeServer(target, timeout);
  try {
    // A command listens before it has loaded all that it answers with.
    return await Promise.race([probeServer(target, timeout, startTimeout), endOf(started)]);
  } catch (error) {
    const how = await soon(started.exited);
    throw how ? new CannotRun(goneSentence(how, started)) : error;
  }
}

/** @throws {CannotRun} as soon as the command has ended */
async function endOf(started: StartedCommand): Promise<never> {
  throw new CannotRun(goneSentence(await started.exited, started));
}

/** Whether a new handshake is still answered; a command that has ended is told by how it ended. */
async function lookFor(
  target: ServerTarget,
  timeout: number,
  started: StartedCommand | undefined,
): Promise<string | undefined> {
  try {
    if (await answersHandshakes(target, timeout)) return undefined;
    return `${target.url.host} takes connections and answers no handshake any more`;
  } catch (error) {
    const how = started && (await soon(started.exited));
    return how ? goneSentence(how, started) : (error as Error).message;
  }
}

/**
 * A process ends a moment after its sockets do; `undefined` where it goes on, which cannot be awaited.
 * The moment chooses between two sentences, and no verdict hangs on it.
 */
function soon<T>(event: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 500, undefined);
    event.then((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}

function goneSentence(how: string, started: StartedCommand): string {
  return `the command ${how}. ${lastWords(started.output())}`;
}
