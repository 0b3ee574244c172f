/** `framewright report`: stored results merged, filtered, judged again, and rendered in any format. */
import { catalogue } from '../catalogue/catalogue.ts';
import { selectorOf } from '../catalogue/select.ts';
import { readResults } from '../results/read-results.ts';
import { rejudge } from '../results/rejudge.ts';
import type { RecordedResult, Run } from '../results/results.ts';
import { CannotRun } from './cannot-run.ts';
import { type ExportFlags, storedConversations, writeExports } from './exports.ts';
import type { ReportFlags, SelectionFlags } from './options.ts';
import { outputsOf, prepareOutputs, writeReports } from './outputs.ts';

export interface ReportCommandFlags
  extends ReportFlags,
    ExportFlags,
    Pick<SelectionFlags, 'only' | 'skip'> {
  readonly html?: string;
  readonly case?: string;
  readonly target: readonly string[];
  readonly verdict: readonly string[];
  readonly rejudge: boolean;
}

/** @returns the exit code: the worst of the runs shown */
export async function runReport(
  paths: readonly string[],
  flags: ReportCommandFlags,
): Promise<number> {
  const { html, reporter } = flags;
  const outputs = await outputsOf(
    html === undefined ? flags : { ...flags, reporter: [...reporter, `html:${html}`] },
  );
  const read = await Promise.all(paths.map(readResults));
  const merged = mergeRuns(read.flatMap(({ runs }) => runs));
  const judged = flags.rejudge
    ? merged.map((run) => rejudge(run, catalogue(run.catalogue.volume)))
    : merged;
  const runs = filterRuns(judged, flags);
  await prepareOutputs(outputs);
  if (flags.case !== undefined || flags.har !== undefined || flags.pcapng !== undefined) {
    await writeExports(flags, storedConversations(flags.case, runs));
  }
  return writeReports(outputs, runs, flags);
}

/** Merges runs of the same target, such as shards; the later result of a case counts. */
function mergeRuns(runs: readonly Run[]): Run[] {
  const byTarget = new Map<string, Run>();
  for (const run of runs) {
    const key = identityOf(run);
    const known = byTarget.get(key);
    byTarget.set(key, known ? joined(known, run) : run);
  }
  return [...byTarget.values()];
}

/** A started command may have listened on a different free port each time. */
function identityOf({ target, catalogue: played }: Run): string {
  const { role, name, version, url, command } = target;
  const identity = JSON.stringify([role, name, version, url, command, played]);
  const port = command && url ? new URL(url).port : '';
  return port === '' ? identity : identity.replaceAll(port, '{port}');
}

function joined(first: Run, second: Run): Run {
  const [earlier, later] = first.startedAt <= second.startedAt ? [first, second] : [second, first];
  const results = new Map<string, RecordedResult>();
  for (const result of [...earlier.results, ...later.results]) results.set(result.id, result);
  const order = new Map(catalogue('full').map(({ id }, index) => [id, index]));
  const place = ({ id }: RecordedResult) => order.get(id) ?? order.size;
  return {
    ...later,
    startedAt: earlier.startedAt,
    duration: earlier.duration + later.duration,
    end: earlier.end.state === 'complete' ? later.end : earlier.end,
    planned: Math.max(results.size, earlier.planned, later.planned),
    results: [...results.values()].toSorted((a, b) => place(a) - place(b)),
  };
}

function filterRuns(runs: readonly Run[], flags: ReportCommandFlags): Run[] {
  const { only, skip, target, verdict } = flags;
  const recorded = [
    ...new Map(runs.flatMap(({ results }) => results).map((r) => [r.id, r])).values(),
  ];
  const isMeant = only.length > 0 ? selectorOf(only, recorded) : () => true;
  const isSkipped = skip.length > 0 ? selectorOf(skip, recorded) : () => false;
  const isChosen = (result: RecordedResult) =>
    isMeant(result) &&
    !isSkipped(result) &&
    (verdict.length === 0 || verdict.includes(result.verdict));
  const chosen = runs.filter(
    ({ target: { name } }) => target.length === 0 || target.includes(name),
  );
  if (chosen.length === 0) {
    const names = [...new Set(runs.map(({ target: { name } }) => name))].join(', ');
    throw new CannotRun(`the filters match no results; targets in these files: ${names || 'none'}`);
  }
  return chosen.map((run) => {
    const results = run.results.filter(isChosen);
    // A view that hides verdicts is marked as filtered; a target without the selected cases was judged.
    const isView = verdict.length > 0 || (results.length === 0 && run.results.length > 0);
    const isPartial = results.length < run.results.length;
    return { ...run, results, ...(isView && isPartial && { filtered: true as const }) };
  });
}
