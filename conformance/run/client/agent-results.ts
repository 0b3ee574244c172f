/** The results of each agent's cases: every attempt, and the crashes of its process. */
import type { Case } from '../../format/case.ts';
import { type CaseResult, lastOf } from '../../results/case-result.ts';
import { doubtAbout } from '../doubt.ts';

export class AgentResults {
  readonly #attempts = new Map<string, Map<Case, CaseResult[]>>();
  readonly #deaths = new Map<string, Map<Case, CaseResult>>();

  take(agent: string, result: CaseResult): void {
    const known = this.#attempts.get(agent) ?? new Map<Case, CaseResult[]>();
    this.#attempts.set(agent, known);
    known.set(result.case, [...(known.get(result.case) ?? []), result]);
  }

  /** The process died during this attempt, which is the last one. */
  takeDeath(agent: string, result: CaseResult, death: string): void {
    const known = this.#deaths.get(agent) ?? new Map<Case, CaseResult>();
    this.#deaths.set(agent, known.set(result.case, diedIn(result, death)));
  }

  hasDied(agent: string, testCase: Case): boolean {
    return this.#deaths.get(agent)?.has(testCase) ?? false;
  }

  /** The last attempt decides; the others are kept with it. */
  resultOf(agent: string, testCase: Case): CaseResult | undefined {
    const attempts = this.#attempts.get(agent)?.get(testCase) ?? [];
    const death = this.#deaths.get(agent)?.get(testCase);
    if (death) return lastOf([...attempts.slice(0, -1), death]);
    const [first, ...others] = attempts;
    if (!first) return undefined;
    return others.length === 0 && isInDoubt(first) ? notRunAgain(first) : lastOf(attempts);
  }
}

/** Whether a busy machine may have caused the result of a client. */
export const isInDoubt = (result: CaseResult): boolean =>
  doubtAbout(result, 'client') !== undefined;

/** A loop chooses its cases itself, and an interrupted run starts no more. */
const notRunAgain = (result: CaseResult): CaseResult => ({
  ...result,
  observed: `${result.observed} (seen once: the case could not be run again)`,
});

const diedIn = (result: CaseResult, death: string): CaseResult => ({
  ...result,
  verdict: 'fail',
  rule: 'client-died',
  expected: 'a client that survives the connection',
  observed: `${death} (on the wire: ${result.observed})`,
});
