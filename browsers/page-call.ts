/**
 * A function call as source text for a page, and its outcome as JSON text on the way back. Text,
 * because all providers transport it alike, including lone surrogates and large payloads.
 */
import type { Json } from './session.ts';

/** An exception thrown inside a page. */
export class PageError extends Error {
  override name = 'PageError';
}

type Outcome = { value?: unknown } | { error: string; stack: string };

/** An expression for the page; it evaluates to a promise of JSON text for `readOutcome`. */
export function callExpression(fn: (...args: never[]) => unknown, args: readonly Json[]): string {
  // Compilers that keep function names (esbuild) wrap inner functions in a helper called __name.
  return `(async () => {
    const __name = (named) => named;
    try {
      return JSON.stringify({ value: await (${fn.toString()})(...${JSON.stringify(args)}) });
    } catch (error) {
      return JSON.stringify({ error: String(error), stack: String(error && error.stack || '') });
    }
  })()`;
}

/** The value, or the `PageError` that the page reported. */
export function readOutcome(json: string): unknown {
  const outcome = JSON.parse(json) as Outcome;
  if (!('error' in outcome)) return outcome.value;
  throw new PageError(outcome.error, { cause: outcome.stack });
}
