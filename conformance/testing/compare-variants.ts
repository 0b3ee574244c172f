/** Runs cases against a plain echo server and against a variant of it, and compares the verdicts. */
import type { Case } from '../format/case.ts';
import type { Verdict } from '../judge/judge.ts';
import { probeServer } from '../run/server/probe/probe-server.ts';
import { runServerCases } from '../run/server/run.ts';
import { type EndpointVariant, startVariant } from './endpoint-variants.ts';

export interface Outcome {
  readonly verdict: Verdict;
  readonly observed: string;
}

export async function outcomesOf(
  cases: readonly Case[],
  variant: EndpointVariant,
): Promise<ReadonlyMap<string, Outcome>> {
  const { target, close } = await startVariant(variant);
  const { inits, message } = variant;
  const speech = { ...(inits && { inits }), ...(message && { message }) };
  try {
    const outcomes = new Map<string, Outcome>();
    // Round trips of 300 ms are short then, and cases are run concurrently.
    const timeout = 8000;
    const capabilities = await probeServer(target, timeout, 0, speech);
    const options = { capabilities, timeout, grace: 50, seed: 'variants', ...speech };
    for await (const { case: testCase, verdict, observed } of runServerCases(
      cases,
      target,
      options,
    )) {
      outcomes.set(testCase.id, { verdict, observed });
    }
    return outcomes;
  } finally {
    await close();
  }
}

export interface Comparison {
  /** What the variant's verdict is where it differs from the plain one, and is no skip. */
  readonly differences: readonly string[];
  /** The share of the cases judged of the plain server that was judged of the variant. */
  readonly judged: number;
}

export function compare(
  plain: ReadonlyMap<string, Outcome>,
  variant: ReadonlyMap<string, Outcome>,
): Comparison {
  const differences: string[] = [];
  let both = 0;
  const judgedOfPlain = [...plain].filter(([, { verdict }]) => verdict !== 'skip');
  for (const [id, { verdict }] of judgedOfPlain) {
    const other = variant.get(id);
    if (other?.verdict === 'skip') continue;
    both += 1;
    if (other?.verdict === verdict) continue;
    differences.push(`${id}: ${verdict}, but ${other?.verdict}: ${other?.observed}`);
  }
  return { differences, judged: both / judgedOfPlain.length };
}
