/**
 * Results on their way to a file that survives the process: as soon as a case has been run, and
 * again if the result that counts is a different one.
 */

import type { CaseResult } from '../results/case-result.ts';
import { type RecordedResult, type RecordOptions, recordResult } from '../results/results.ts';

export class Recorder {
  readonly #options: RecordOptions;
  readonly #onRecorded: (recorded: RecordedResult) => void;
  /** A result that counts as it was first seen is recorded once. */
  readonly #recorded = new WeakMap<CaseResult, Promise<RecordedResult>>();
  /** By case id. */
  readonly #latest = new Map<string, RecordedResult>();
  readonly #final = new Set<string>();

  /** @param onRecorded gets each result to keep: a later one of the same case replaces it */
  constructor(
    options: RecordOptions = {},
    onRecorded: (recorded: RecordedResult) => void = () => {},
  ) {
    this.#options = options;
    this.#onRecorded = onRecorded;
  }

  /** Keeps a result that may still be replaced. */
  async provisional(result: CaseResult): Promise<void> {
    const recorded = await this.#record(result);
    // Recording a long conversation takes longer than recording a short one.
    if (!this.#final.has(recorded.id)) this.#keep(recorded);
  }

  /** Keeps the result that counts. */
  async final(result: CaseResult): Promise<RecordedResult> {
    this.#final.add(result.case.id);
    const recorded = await this.#record(result);
    this.#keep(recorded);
    return recorded;
  }

  #record(result: CaseResult): Promise<RecordedResult> {
    const known = this.#recorded.get(result);
    if (known) return known;
    const recorded = recordResult(result, this.#options);
    this.#recorded.set(result, recorded);
    return recorded;
  }

  #keep(recorded: RecordedResult): void {
    if (this.#latest.get(recorded.id) === recorded) return;
    this.#latest.set(recorded.id, recorded);
    this.#onRecorded(recorded);
  }
}
