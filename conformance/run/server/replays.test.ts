/** What is run again, and how, when the end of a conversation did not arrive. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Case } from '../../format/case.ts';
import { close } from '../../format/step.ts';
import { judge } from '../../judge/judge.ts';
import type { CaseResult } from '../../results/case-result.ts';
import { madeCase } from '../../testing/made-case.ts';
import { client, fin, record, type Said, server, timeout } from '../../testing/said.ts';
import { mainOnly } from '../../testing/sample-run.ts';
import { Replays, type Turn } from './replays.ts';

const cases = Array.from({ length: 6 }, (_, nth) => madeCase({ id: `echo/${nth}` }));

/** @param lateBy how long after the client's Close the server sent its last bytes, in ms */
function played(testCase: Case, said: readonly Said[], lateBy = 0): CaseResult {
  const timeline = record([client(close(1000)), ...said]);
  const entries = timeline.entries.map((entry, nth) => ({
    ...entry,
    at: nth < 3 ? nth : nth + lateBy,
  }));
  const judgement = judge(testCase, { ...timeline, entries }, { role: 'server', echo: true });
  const conversations = mainOnly({ ...timeline, entries });
  return { case: testCase, ...judgement, conversations, duration: 1 };
}

const silent = (testCase: Case) => played(testCase, [timeout]);
const closedLate = (testCase: Case, code: number, ms: number) =>
  played(testCase, [server(close(code)), fin], ms);

const longest = 35_000;
const waitOf = ({ closing }: Turn) => closing?.timeoutFor('a Close frame', 1000);

/** All cases seen once without a Close; the first of them is about to run again. */
function begun() {
  const replays = new Replays(1000, longest);
  for (const testCase of cases) assert.equal(replays.judge(silent(testCase)), undefined);
  const first = replays.nextAlone()!;
  assert.equal(waitOf(first), longest);
  return { replays, first };
}

function finish(replays: Replays, play: (testCase: Case) => CaseResult) {
  const waits: (number | undefined)[] = [];
  const results: CaseResult[] = [];
  for (let turn = replays.nextAlone(); turn; turn = replays.nextAlone()) {
    waits.push(waitOf(turn));
    results.push(replays.judge(play(turn.testCase))!);
  }
  return { waits, results };
}

test('a Close that never arrives gets a long wait once', () => {
  const { replays, first } = begun();
  const { verdict, observed } = replays.judge(silent(first.testCase))!;
  assert.deepEqual([verdict, observed], ['fail', 'timeout: a Close frame did not come']);
  const { waits, results } = finish(replays, silent);
  assert.deepEqual(new Set(waits), new Set([undefined]));
  assert.deepEqual(new Set(results.map((result) => result.verdict)), new Set(['fail']));
});

test('a Close that arrives after a long idle time is reported in all of the cases', () => {
  const { replays, first } = begun();
  const { verdict, observed } = replays.judge(closedLate(first.testCase, 1001, 30_000))!;
  const late = 'Close 1001 30.0 s after the Close it answers, then FIN';
  assert.deepEqual([verdict, observed], ['fail', late]);
  const { waits, results } = finish(replays, silent);
  assert.deepEqual(new Set(waits), new Set([undefined]));
  for (const result of results) {
    assert.equal(result.verdict, 'fail');
    assert.equal(
      result.observed,
      `timeout: a Close frame did not come (in echo/0, where the wait was longer: ${late})`,
    );
  }
});

test('a target that always answers late gets the time in every case', () => {
  const { replays, first } = begun();
  const { verdict, rule } = replays.judge(closedLate(first.testCase, 1000, 8000))!;
  assert.deepEqual([verdict, rule], ['warn', 'late-close']);
  const { waits, results } = finish(replays, (testCase) => closedLate(testCase, 1000, 8000));
  assert.ok(waits.every((wait) => wait! > 8000 && wait! < longest));
  assert.deepEqual(new Set(results.map((result) => result.rule)), new Set(['late-close']));
});

test('a silence caused only by a busy machine has no lasting effect', () => {
  const { replays, first } = begun();
  const answered = (testCase: Case) => played(testCase, [server(close(1000)), fin]);
  const { verdict, unstable } = replays.judge(answered(first.testCase))!;
  assert.deepEqual([verdict, unstable], ['pass', true]);
  const { results } = finish(replays, answered);
  assert.deepEqual(new Set(results.map((result) => result.verdict)), new Set(['pass']));
});
