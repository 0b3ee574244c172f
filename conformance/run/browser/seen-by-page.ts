/** Results of cases in a browser: what the host saw on the wire, combined with the page's events. */
import type { Case } from '../../format/case.ts';
import type { CaseResult } from '../../results/case-result.ts';
import { faulted, unjudged } from '../../results/unjudged.ts';
import type { ScriptEntry, ScriptEvent } from '../../wire/timeline.ts';
import type { Agent } from '../client/agent.ts';
import { browserEnded } from '../doubt.ts';
import type { SeenEvent } from './page-protocol.ts';

/** The host's judgement used only the wire; this one includes the page's events. */
export async function resultOf(
  testCase: Case,
  seen: readonly SeenEvent[],
  agent: Agent,
): Promise<CaseResult> {
  const missing = seen.map(({ value }) => missingIn(value)).find((reason) => reason !== undefined);
  if (missing !== undefined) return unjudged(testCase, 'skip', missing);
  try {
    const result = await agent.resultSeenBy(testCase, seen.map(scriptEntry));
    return result ?? neverAsked(testCase, seen);
  } catch (error) {
    return faulted(testCase, error);
  }
}

/** A function of the page reports when the browser lacks the feature of the case. */
function missingIn(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('missing' in value)) return undefined;
  return String(value.missing);
}

/** It is unknown whether the browser or the page is to blame. */
function neverAsked(testCase: Case, seen: readonly SeenEvent[]): CaseResult {
  const said = seen.map(({ type, value }) => (value === undefined ? type : `${type} ${value}`));
  const observed = `the browser made no connection; its page saw ${said.join(', ') || 'nothing'}`;
  return unjudged(testCase, 'error', observed);
}

/** A call into the page took too long: on a busy machine that proves nothing about the browser. */
export const hung = (testCase: Case): CaseResult =>
  unjudged(testCase, 'error', 'the browser did not answer any more while this case was running');

/** Any of the running cases may have ended it. */
export const interrupted = (testCase: Case): CaseResult =>
  unjudged(testCase, 'error', 'the browser hung or ended while this case and others were running');

export const crashed = (testCase: Case): CaseResult => ({
  case: testCase,
  verdict: 'fail',
  rule: browserEnded,
  expected: 'a browser that survives the case',
  observed: 'the browser ended while this case was running alone',
  duration: 0,
  conversations: [],
});

function scriptEntry({ at, data, ...event }: SeenEvent): ScriptEntry {
  const bytes = typeof data === 'string' ? { data: Buffer.from(data, 'base64') } : {};
  return { kind: 'script', at, event: { ...event, ...bytes } as ScriptEvent };
}
