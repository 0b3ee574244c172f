import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { UnwatchedTab } from '../../../browsers/session.ts';
import type { Case } from '../../format/case.ts';
import { answered, echoOf } from '../../format/expectation.ts';
import { clientOnly } from '../../format/role.ts';
import { text } from '../../format/step.ts';
import type { CaseResult } from '../../results/case-result.ts';
import { runBrowserCases } from './run-browser.ts';

const common = {
  level: 'must',
  document: 'RFC 6455',
  section: '5.6',
  requirement: 'an echo client echoes',
  against: clientOnly,
} as const;
const echo = (id: string): Case => ({
  ...common,
  id,
  title: 'a text is echoed',
  steps: [text(id)],
  expect: answered([echoOf(text(id))]),
});
const hangs: Case = {
  ...common,
  id: 'run/hangs',
  title: 'a page that stops answering',
  page: 'hang/forever',
  alive: 'untested',
  steps: [],
  expect: { ...answered([]), script: [{ type: 'value', name: 'result', value: 1 }] },
};

test('a browser that hangs is restarted; its case does not fail, and the others run', async () => {
  const cases = [echo('run/before'), hangs, echo('run/after')];
  let launches = 0;
  const verdicts = new Map<string, string>();
  const options = { driverTimeout: 6000, timeout: 1000, onLaunch: () => (launches += 1) };
  for await (const result of runBrowserCases(cases, 'chromium', options)) {
    verdicts.set(result.case.id, result.verdict);
  }
  assert.deepEqual(Object.fromEntries(verdicts), {
    'run/before': 'pass',
    'run/hangs': 'error',
    'run/after': 'pass',
  });
  assert.ok(launches > 1);
});

/**
 * Runs a case in a page that is tampered with, as a busy machine would, the first `times` times.
 * @returns the verdicts of all attempts, and the numbers of pages and of browsers
 */
async function playTampered(times: number, tamper: () => void) {
  let pages = 0;
  let launches = 0;
  const verdicts: string[] = [];
  let isUnstable = false;
  const options = {
    // Only an answer that never comes is waited for; a browser may be slow to give one.
    ...{ timeout: tamper === answersNothing ? 300 : 5000, pageTimeout: 600 },
    onLaunch: () => (launches += 1),
    async prepare(tab: UnwatchedTab) {
      pages += 1;
      if (pages <= times) await tab.evaluate(tamper);
    },
  };
  for await (const result of runBrowserCases([echo('run/one')], 'chromium', options)) {
    verdicts.push(...attemptsOf(result));
    isUnstable ||= result.unstable === true;
  }
  return { verdicts, isUnstable, pages, launches };
}

const attemptsOf = ({ otherAttempts = [], verdict }: CaseResult) => [
  ...otherAttempts.map((other) => other.verdict),
  verdict,
];

/** A page that makes no request. */
function asksForNothing(): void {
  globalThis.WebSocket = class extends EventTarget {} as unknown as typeof WebSocket;
}

/** A page that reports nothing when its connection has ended. */
function hearsNoClose(): void {
  Object.defineProperty(WebSocket.prototype, 'onclose', { set() {} });
}

function hangsAtItsAnswer(): void {
  WebSocket.prototype.send = () => {
    for (;;);
  };
}

/** A page that never gets to its answer. */
function answersNothing(): void {
  WebSocket.prototype.send = () => {};
}

test('a page that makes no request is replaced by another page, then by another browser', async () => {
  assert.deepEqual(await playTampered(1, asksForNothing), {
    ...{ verdicts: ['error', 'pass'], isUnstable: true, pages: 2, launches: 1 },
  });
  assert.deepEqual(await playTampered(2, asksForNothing), {
    ...{ verdicts: ['error', 'error', 'pass'], isUnstable: true, pages: 3, launches: 2 },
  });
});

test('a page that is silent in each attempt leaves the case not judged', async () => {
  for (const tamper of [asksForNothing, hearsNoClose]) {
    const { verdicts, isUnstable } = await playTampered(3, tamper);
    assert.deepEqual([verdicts, isUnstable], [['error', 'error', 'error'], false]);
  }
  assert.deepEqual((await playTampered(1, hearsNoClose)).verdicts, ['error', 'pass']);
});

test('a missing answer is retried, and fails when it is missing again', async () => {
  assert.deepEqual(await playTampered(1, answersNothing), {
    ...{ verdicts: ['fail', 'pass'], isUnstable: true, pages: 2, launches: 1 },
  });
  assert.deepEqual(await playTampered(2, answersNothing), {
    ...{ verdicts: ['fail', 'fail'], isUnstable: false, pages: 2, launches: 1 },
  });
});

test('cases that pass alone after a page hung keep the first attempt', async () => {
  let pages = 0;
  const prepare = async (tab: UnwatchedTab) => {
    pages += 1;
    if (pages === 1) await tab.evaluate(hangsAtItsAnswer);
  };
  const attempts: (readonly unknown[])[] = [];
  const cases = [echo('run/one'), echo('run/two')];
  for await (const each of runBrowserCases(cases, 'chromium', { prepare, driverTimeout: 6000 })) {
    attempts.push([attemptsOf(each), each.unstable]);
  }
  const once = [['error', 'pass'], true];
  assert.deepEqual(attempts, [once, once]);
});

/** Processes, of any parent, that were started with this word in their environment. */
function marked(mark: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark);
    } catch {
      return false;
    }
  });
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

test('a browser that crashes is restarted, and cases that had not started do not fail', {
  skip: process.platform !== 'linux' && 'reads /proc',
}, async (t) => {
  const mark = randomUUID();
  process.env.FRAMEWRIGHT_MARK = mark;
  t.after(() => delete process.env.FRAMEWRIGHT_MARK);
  const isBrowser = (pid: string) => /^(?!.*--type=).*chrom/.test(commandOf(pid));
  for (const cases of [[echo('run/only')], [echo('run/one'), echo('run/two')]]) {
    let pages = 0;
    const prepare = async () => {
      pages += 1;
      if (pages > 1) return;
      for (const pid of marked(mark).filter(isBrowser)) process.kill(Number(pid), 'SIGKILL');
    };
    const attempts: (readonly string[])[] = [];
    for await (const result of runBrowserCases(cases, 'chromium', { prepare })) {
      attempts.push(attemptsOf(result));
    }
    assert.deepEqual([pages, attempts], [2, cases.map(() => ['pass'])]);
  }
});

test('an aborted run ends without results of cases that had not run', async () => {
  const stop = new AbortController();
  const { signal } = stop;
  const prepare = async () => stop.abort();
  const results: CaseResult[] = [];
  for await (const result of runBrowserCases([echo('run/one')], 'chromium', { prepare, signal })) {
    results.push(result);
  }
  assert.deepEqual(results, []);
});

test('Ctrl-C ends the run and all of its processes', {
  skip: process.platform !== 'linux' && 'reads /proc',
}, async () => {
  const mark = randomUUID();
  const cli = fileURLToPath(new URL('../../cli.ts', import.meta.url));
  const args = ['--import', 'tsx', cli, 'browsers', 'chromium', '--only', 'utf8,response'];
  const child = spawn(process.execPath, args, { env: { ...process.env, FRAMEWRIGHT_MARK: mark } });
  const ended = once(child, 'close');
  let said = '';
  for await (const bytes of child.stderr) {
    said += bytes;
    if (/started Chromium/.test(said)) break;
  }
  child.kill('SIGINT');
  child.stdout.resume();
  const [code] = await ended;
  assert.equal(code, 2);
  // The reaper ends when it has seen the end of its owner.
  for (let left = 100; left > 0 && marked(mark).length > 0; left -= 1) await pause(50);
  assert.deepEqual(marked(mark), []);
});
