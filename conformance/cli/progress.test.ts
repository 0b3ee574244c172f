import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import type { CaseResult } from '../results/case-result.ts';
import { madeCase } from '../testing/made-case.ts';
import { progressOn } from './progress.ts';

/** What is written to a stream during a hundred cases. */
function told(terminal: { isTTY?: boolean; columns?: number }, term: string): string {
  const stream = Object.assign(new PassThrough(), terminal);
  const before = process.env.TERM;
  process.env.TERM = term;
  try {
    const progress = progressOn(stream as unknown as NodeJS.WriteStream, 100);
    const result = { verdict: 'pass', case: madeCase() } as CaseResult;
    for (let done = 0; done < 100; done += 1) progress.show(result);
    progress.end();
  } finally {
    if (before === undefined) delete process.env.TERM;
    else process.env.TERM = before;
  }
  return String(stream.read());
}

test('a terminal shows one updated line within its width, removed at the end', () => {
  const lines = told({ isTTY: true, columns: 30 }, 'xterm').split('\r\u001b[2K');
  assert.equal(lines.at(-2), '100 of 100 cases, 0 failed, 0');
  assert.equal(lines.at(-1), '');
});

test('a stream that is not a terminal, or a dumb one, gets four lines', () => {
  const lines = [25, 50, 75, 100].map((done) => `${done} of 100 cases, 0 failed, 0 warned\n`);
  assert.equal(told({}, 'xterm'), lines.join(''));
  assert.equal(told({ isTTY: true, columns: 80 }, 'dumb'), lines.join(''));
});
