/**
 * Results that may be the doing of a busy machine, of a neighbouring case or of the harness. Each is
 * played again alone before it is reported.
 */
import type { CaseResult } from '../run/case-result.ts';
import { browserEnded } from './seen-by-page.ts';

/** How often a case is played at most: among others, alone, and alone in a browser of its own. */
export const mostAttempts = 3;

/** Broken by something that did not come, or by the end of a connection that nothing explains. */
const missing: ReadonlySet<string> = new Set([
  browserEnded,
  'failed-without-close-frame',
  'handshake-failed',
  'missing-answer',
  'no-close-frame',
  'not-alive',
  'tcp-left-open',
]);

/** Whether another attempt may come out otherwise though the browser does the same again. */
export function isInDoubt(result: CaseResult): boolean {
  const { verdict, rule, observed, timeline, stack } = result;
  // A fault of Framewright's own is there the next time, too.
  if (verdict === 'error') return stack === undefined;
  if (verdict !== 'fail' && verdict !== 'warn') return false;
  const waitedInVain = timeline?.entries.some(({ kind }) => kind === 'timeout') ?? false;
  return missing.has(rule) || waitedInVain || staysOpen.test(observed) || sawDrop(result);
}

/** In the words of judge-opening.ts and judge-ending.ts: nothing had ended when it was looked at. */
const staysOpen = /\bstays? open\b|\bstill open\b/;

/** What the page saw is not what it had to see, as the connection was lost or its end did not come. */
function sawDrop({ rule, timeline }: CaseResult): boolean {
  if (rule !== 'wrong-events') return false;
  const closes = timeline?.entries.flatMap((entry) =>
    entry.kind === 'script' && entry.event.type === 'close' ? [entry.event] : [],
  );
  return !closes?.length || closes.some(({ code, wasClean }) => code === 1006 || !wasClean);
}

/** Whether nothing more can be learnt from another attempt. */
export function isSettled(attempts: readonly CaseResult[]): boolean {
  const [last, before] = attempts.toReversed();
  if (!last || !isInDoubt(last) || attempts.length >= mostAttempts) return true;
  return last.verdict !== 'error' && before !== undefined && isSame(last, before);
}

export const isSame = (one: CaseResult, other: CaseResult): boolean =>
  one.verdict === other.verdict && one.rule === other.rule;
