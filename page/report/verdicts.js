// Verdicts as the matrix shows them: a letter in the data, a sign and a word on the screen.

/** @typedef {'pass' | 'fail' | 'warn' | 'info' | 'skip' | 'error'} Verdict */

/** The worst first. @type {readonly Verdict[]} */
export const verdictNames = ['fail', 'error', 'warn', 'info', 'skip', 'pass'];

/** @type {Readonly<Record<Verdict, string>>} */
export const signs = { pass: '✓', fail: '✗', warn: '!', info: 'i', skip: '–', error: '?' };

/** @type {Readonly<Record<string, Verdict>>} */
const byLetter = { p: 'pass', f: 'fail', w: 'warn', i: 'info', s: 'skip', e: 'error' };

/** Undefined where the case was not played. @param {string | undefined} letter */
export function verdictOf(letter) {
  return byLetter[letter?.toLowerCase() ?? ''];
}

/** In words, with what a known-failing list says of it. @param {string | undefined} letter */
export function verdictWords(letter) {
  const verdict = verdictOf(letter);
  if (!verdict) return 'not played';
  if (letter === letter?.toLowerCase()) return verdict;
  return verdict === 'fail' || verdict === 'warn'
    ? `${verdict}, as known`
    : `${verdict}, though listed as known failing`;
}
