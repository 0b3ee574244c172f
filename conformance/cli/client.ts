/** `framewright client`: serves the client cases, and runs the client if a command is given. */
import { freshSeed } from '../format/seed.ts';
import { redactWords } from '../redaction/redact-text.ts';
import { redactorFor } from '../redaction/redactor.ts';
import type { CaseResult } from '../results/case-result.ts';
import { redactEnd } from '../results/redact-end.ts';
import { type RecordedResult, type Run, type RunEnd, recordResult } from '../results/results.ts';
import { CannotRun } from './cannot-run.ts';
import { chooseCases } from './choose-cases.ts';
import { clientRun, clientRunHead } from './client-run.ts';
import { Session } from './client-session.ts';
import { onInterruption } from './interruption.ts';
import { knownFailingOf } from './known-failing.ts';
import type { RecordFlags, ReportFlags, SelectionFlags, VerdictFlags } from './options.ts';
import { outputsOf, prepareOutputs, writeReports } from './outputs.ts';
import { openJournal } from './run-journal.ts';

export interface ClientFlags extends SelectionFlags, VerdictFlags, ReportFlags, RecordFlags {
  readonly host: string;
  readonly port: number;
  readonly timeout: number;
  readonly seed: string | undefined;
}

/** @returns the exit code */
export async function runClient(words: readonly string[], flags: ClientFlags): Promise<number> {
  const cases = chooseCases(flags, 'client');
  const known = knownFailingOf(flags);
  const outputs = await outputsOf(flags);
  await prepareOutputs(outputs);
  const journal = await openJournal(outputs);
  const { only, skip, limits, failOn, timeout, volume, seed = freshSeed() } = flags;
  const startedAt = new Date();
  const interruption = onInterruption();
  const { wholeTimelines } = flags;
  const redactor = redactorFor(undefined, [], words);
  const command = redactWords(words).map((word) => redactor.text(word));
  const aboutRun = (agent: string, url: string) => ({
    target: { name: agent, url, ...(words.length > 0 && { command }) },
    capabilities: {},
    cases,
    volume,
    startedAt,
    options: {
      ...{ only, skip, limits, failOn, concurrency: 1, timeout, seed },
      ...(known && { knownFailing: known }),
    },
  });
  const record = (result: CaseResult) =>
    recordResult(result, { wholeTimelines, redactor, stranger: 'client' });
  const keeps = new Map<string, (result: RecordedResult) => void>();
  const session = await Session.open(
    cases,
    flags,
    seed,
    words.length > 0,
    interruption,
    (agent, url, result) => {
      const keep = keeps.get(agent) ?? journal.begin(clientRunHead(aboutRun(agent, url)));
      keeps.set(agent, keep);
      void record(result).then(keep);
    },
  );
  const end = await session.finish(words);
  interruption.release();
  const runs: Run[] = [];
  for (const agent of session.host.agents) {
    const results: RecordedResult[] = [];
    for (const result of await session.resultsOf(agent)) {
      results.push(await record(result));
    }
    runs.push(
      clientRun({
        ...aboutRun(agent, session.host.url),
        end: redactEnd(endOf(end, results.length, cases.length), redactor),
        results,
      }),
    );
  }
  await session.host.close();
  if (runs.length === 0)
    throw new CannotRun(redactor.text(`no case was requested${end ? `: ${sentence(end)}` : ''}`));
  return writeReports(outputs, runs, flags, journal);
}

function endOf(end: RunEnd | undefined, played: number, planned: number): RunEnd {
  if (played === planned) return { state: 'complete' };
  return (
    end ?? { state: 'target lost', reason: `the client requested ${played} of ${planned} cases` }
  );
}

const sentence = (end: RunEnd) => (end.state === 'target lost' ? end.reason : end.state);
