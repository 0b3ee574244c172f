/** Collects the results of a run for `results.json` and the reports that are generated from it. */
import { catalogueVersion } from '../conformance/catalogue/catalogue.ts';
import type { Case, Volume } from '../conformance/format/case.ts';
import { freshSeed } from '../conformance/format/seed.ts';
import { Redactor, redactorFor } from '../conformance/redaction/redactor.ts';
import type { CaseResult } from '../conformance/results/case-result.ts';
import type { RunHead } from '../conformance/results/journal.ts';
import { redactEnd } from '../conformance/results/redact-end.ts';
import {
  type KnownFailing,
  type RecordedResult,
  type Run,
  type RunEnd,
  recordResult,
} from '../conformance/results/results.ts';
import { runHead } from '../conformance/results/run-head.ts';
import { type Capabilities, recordedFacts } from '../conformance/run/server/probe/capabilities.ts';
import type { ServerTarget } from '../conformance/transport/connect.ts';

/** What reports show of a run besides its results. */
export interface RunDetails {
  /** The cases of the run, in the order in which reports show them. */
  readonly cases: readonly Case[];
  /** What people call the target. Default: the address of a server, `client` for a client. */
  readonly name?: string;
  /** The version of the target. */
  readonly version?: string;
  /** The volume that the cases are from (see `catalogue`). Default `default`. */
  readonly volume?: Volume;
  /** The lowest level of a broken rule that fails the run. Default `must`. */
  readonly failOn?: 'must' | 'should';
  /** Cases that are known to fail: they do not fail the run unless they pass. */
  readonly knownFailing?: KnownFailing;
  /** The `timeout` that the cases ran with, in ms. Default 5000. */
  readonly timeout?: number;
  /** The `seed` that the cases ran with, for the command that replays a case. */
  readonly seed?: string;
  /** Keeps long conversations of passed cases whole. Default false. */
  readonly wholeTimelines?: boolean;
}

/**
 * Records a run of cases against a server.
 * @param capabilities - as `probeServer` found them
 */
export function recordServerRun(
  target: ServerTarget,
  capabilities: Capabilities,
  details: RunDetails,
): RunRecorder {
  const redactor = redactorFor(target.url, target.headers);
  const url = redactor.text(target.url.href);
  const { name = url, version } = details;
  const head = runHead({
    ...headOf(details, target.headers, target.insecure),
    target: {
      ...{ role: 'server', name: redactor.text(name), url, ...recordedFacts(capabilities) },
      ...(version !== undefined && { version }),
    },
  });
  return new RunRecorder(head, details, 'server', redactor);
}

/** Records a run of cases against a client or a browser. */
export function recordClientRun(details: RunDetails): RunRecorder {
  const { name = 'client', version } = details;
  const head = runHead({
    ...headOf(details),
    target: {
      ...{ role: 'client', name, capabilities: { echo: true } },
      ...(version !== undefined && { version }),
    },
  });
  return new RunRecorder(head, details, 'client', new Redactor());
}

function headOf(details: RunDetails, headers: ServerTarget['headers'] = [], insecure = false) {
  const { cases, volume = 'default', failOn = 'must', timeout = 5000, knownFailing } = details;
  return {
    ...{ cases, startedAt: new Date() },
    catalogue: { version: catalogueVersion, volume },
    options: {
      ...{ only: [], skip: [], limits: false, failOn, concurrency: 1, timeout, insecure },
      headers: headers.map(([name]) => name),
      seed: details.seed ?? freshSeed(),
      ...(knownFailing && { knownFailing }),
    },
  };
}

/** A run that is being recorded. */
export class RunRecorder {
  readonly #head: RunHead;
  readonly #details: RunDetails;
  readonly #role: 'server' | 'client';
  readonly #redactor: Redactor;
  readonly #begun = performance.now();
  /** By case; a later result of the same case replaces an earlier one. */
  readonly #results = new Map<string, RecordedResult>();

  /** @internal */
  constructor(head: RunHead, details: RunDetails, role: 'server' | 'client', redactor: Redactor) {
    this.#head = head;
    this.#details = details;
    this.#role = role;
    this.#redactor = redactor;
  }

  /**
   * Adds the result of a case. Secrets in its conversation are redacted.
   * @throws {RangeError} if the case is not one of the run
   */
  async add(result: CaseResult): Promise<RecordedResult> {
    const { id } = result.case;
    if (!this.#details.cases.some((testCase) => testCase.id === id)) {
      throw new RangeError(`${id} is not among the cases of this run`);
    }
    const recorded = await recordResult(result, {
      wholeTimelines: this.#details.wholeTimelines ?? false,
      redactor: this.#redactor,
      stranger: this.#role,
    });
    this.#results.set(id, recorded);
    return recorded;
  }

  /**
   * The run with the results that were added so far, in the order of its cases.
   * @param end - default: complete if every case has a result, otherwise interrupted
   */
  run(end?: RunEnd): Run {
    const results = this.#details.cases.flatMap(({ id }) => this.#results.get(id) ?? []);
    const isWhole = results.length === this.#details.cases.length;
    return {
      ...this.#head,
      duration: Math.round(performance.now() - this.#begun),
      end: redactEnd(end ?? { state: isWhole ? 'complete' : 'interrupted' }, this.#redactor),
      results,
    };
  }
}
