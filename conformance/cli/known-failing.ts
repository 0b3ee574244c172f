/** The list that `--known-failing` names. */
import { catalogue } from '../catalogue/catalogue.ts';
import { readKnownFailing } from '../results/known-failing.ts';
import type { KnownFailing } from '../results/results.ts';
import { forTerminal } from '../untrusted/inert.ts';
import { CannotRun } from './cannot-run.ts';
import type { VerdictFlags } from './options.ts';

/** @throws {CannotRun} */
export function knownFailingOf({ knownFailing }: VerdictFlags): KnownFailing | undefined {
  if (knownFailing === undefined) return undefined;
  const ids = catalogue('full').map(({ id }) => id);
  try {
    return readKnownFailing(knownFailing, ids);
  } catch (error) {
    const sentence = `cannot read the known-failing list: ${(error as Error).message}`;
    throw new CannotRun(forTerminal(sentence));
  }
}
