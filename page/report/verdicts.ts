/** Verdicts as the matrix shows them: a letter in the data, a sign and a word on the screen. */
import type { ReportVerdict as Verdict } from '../../conformance/report/html-shape.ts';

/** The worst first. */
export const verdictNames: readonly Verdict[] = ['fail', 'error', 'warn', 'info', 'skip', 'pass'];

export const signs: Readonly<Record<Verdict, string>> = {
  pass: '✓',
  fail: '✗',
  warn: '!',
  info: 'i',
  skip: '–',
  error: '?',
};

const byLetter: Readonly<Record<string, Verdict>> = {
  p: 'pass',
  f: 'fail',
  w: 'warn',
  i: 'info',
  s: 'skip',
  e: 'error',
};

/** Undefined if the case was not run. */
export function verdictOf(letter: string | undefined) {
  return byLetter[letter?.toLowerCase() ?? ''];
}

/** In words, including what a known-failing list says about it. */
export function verdictWords(letter: string | undefined) {
  const verdict = verdictOf(letter);
  if (!verdict) return 'not run';
  if (letter === letter?.toLowerCase()) return verdict;
  return verdict === 'fail' || verdict === 'warn'
    ? `${verdict}, known failing`
    : `${verdict}, though listed as known failing`;
}
