/** Which cases of a run are run again, alone, or not at all any more. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Case } from '../../format/case.ts';
import { answered } from '../../format/expectation.ts';
import { request } from '../../format/handshake.ts';
import { awaits, close, text } from '../../format/step.ts';
import { judge } from '../../judge/judge.ts';
import { type Behaviour, correct } from '../../reference/behaviour.ts';
import { startPeer } from '../../reference/server.ts';
import { madeCase } from '../../testing/made-case.ts';
import { client, record, timeout } from '../../testing/said.ts';
import { mainOnly } from '../../testing/sample-run.ts';
import {
  capabilities,
  deadly,
  echoOf,
  gate,
  many,
  otherThan,
  runAll,
  verdicts,
} from '../../testing/server-runs.ts';
import { type HttpHead, headerValues } from '../../wire/http-head.ts';
import { runServerCases } from './run.ts';
import { ServerRun, type Waits } from './server-run.ts';
import { serverTarget } from './server-target.ts';
import { TargetWatch } from './target-watch.ts';

test('a case that fails once and passes alone is a pass, and both attempts are kept', async (t) => {
  const heard: string[] = [];
  const peer = await startPeer({
    echo: (message) => {
      const word = Buffer.from(message.data).toString();
      if (word.startsWith('framewright')) return [message];
      heard.push(word);
      // Each first word is lost the first time.
      return word.endsWith('1') && heard.filter((one) => one === word).length === 1
        ? []
        : [message];
    },
  });
  t.after(() => peer.close());
  const twice = (name: string): Case =>
    madeCase({
      id: `twice/${name}`,
      steps: [text(`${name}1`), awaits('message'), text(`${name}2`)],
      expect: answered([`${name}1`, `${name}2`].map((payload) => ({ kind: 'text', payload }))),
    });
  const run = await runAll(['a', 'b', 'c'].map(twice), peer.url, { timeout: 300 });
  assert.deepEqual(run.end, { state: 'complete' });
  assert.deepEqual(heard.slice(3), ['a1', 'a2', 'b1', 'b2', 'c1', 'c2']);
  for (const { verdict, unstable, otherAttempts } of run.results) {
    assert.deepEqual([verdict, unstable], ['pass', true]);
    assert.deepEqual(
      otherAttempts!.map((attempt) => [attempt.verdict, attempt.rule]),
      [['fail', 'missing-answer']],
    );
    assert.notDeepEqual(otherAttempts![0]!.conversations, []);
  }
});

test('a case that fails alone as well is a fail; one decided by bytes runs once', async (t) => {
  let pings = 0;
  const peer = await startPeer({
    echo: (message) => {
      const word = Buffer.from(message.data).toString();
      if (word === 'silence') return [];
      if (word === 'wrong') pings += 1;
      return word === 'wrong' ? [{ ...message, data: Buffer.from('other') }] : [message];
    },
  });
  t.after(() => peer.close());
  const run = await runAll([echoOf('silence'), echoOf('wrong')], peer.url, { timeout: 200 });
  assert.deepEqual(verdicts(run), { 'echo/silence': 'fail', 'echo/wrong': 'fail' });
  assert.equal(pings, 1);
  const [wrong, silence] = run.results.toSorted((a, b) => b.case.id.localeCompare(a.case.id));
  assert.equal(wrong!.otherAttempts, undefined);
  assert.equal(silence!.otherAttempts!.length, 1);
  assert.equal(silence!.unstable, undefined);
});

test('a case for which the target is too busy is retried up to four times', async (t) => {
  const asked: string[] = [];
  const busyFor = (head: Parameters<NonNullable<Behaviour['request'][string]>>[0]) => {
    const [times] = headerValues(head, 'X-Busy');
    if (times === undefined) return undefined;
    asked.push(times);
    return asked.filter((one) => one === times).length <= Number(times) ? 503 : undefined;
  };
  const peer = await startPeer({
    request: { busyFor, ...correct.request },
    refuse: () => ['HTTP/1.1 503 Busy', 'Content-Length: 0'],
  });
  t.after(() => peer.close());
  const busy = (times: number): Case => ({
    ...echoOf(`busy-${times}`),
    handshake: request({ add: [`X-Busy: ${times}`] }),
  });
  const run = await runAll([busy(3), busy(99)], peer.url);
  assert.deepEqual(verdicts(run), { 'echo/busy-3': 'pass', 'echo/busy-99': 'error' });
  const [served, refusedAlways] = run.results.toSorted((a, b) =>
    a.case.id.localeCompare(b.case.id),
  );
  assert.deepEqual(
    served!.otherAttempts!.map(({ verdict }) => verdict),
    ['error', 'error', 'error'],
  );
  assert.equal(served!.unstable, true);
  assert.equal(refusedAlways!.otherAttempts!.length, 4);
  assert.equal(refusedAlways!.unstable, undefined);
});

test('heavy cases run alone', async (t) => {
  const names = ['a', 'b', 'c', 'd'];
  const order: string[] = [];
  const peer = await startPeer({
    echo: (message) => {
      const word = Buffer.from(message.data).toString();
      // What else comes asks how fast the target is, before the first case.
      if (names.includes(word) && order.at(-1) !== word) order.push(word);
      return [message];
    },
  });
  t.after(() => peer.close());
  const heavy = names.map((name): Case => {
    const words = Array.from({ length: 1000 }, () => text(name));
    const events = words.map(() => ({ kind: 'text', payload: name }) as const);
    return madeCase({ id: `heavy/${name}`, steps: words, expect: answered(events) });
  });
  const run = await runAll(heavy, peer.url, { timeout: 20_000 });
  assert.deepEqual(otherThan(run, 'pass'), []);
  assert.deepEqual(order, names);
});

test('a consumer that stops early leaves no case running', async (t) => {
  const peer = await startPeer({
    echo: (message) => (Buffer.from(message.data).toString() === 'stuck' ? [] : [message]),
  });
  t.after(() => peer.close());
  let leave = (_left: number) => {};
  const url = await gate(t, () => true, { to: peer.url, onLeft: (left) => leave(left) });
  const cases = [echoOf('stuck'), ...many];
  const options = { capabilities, timeout: 60_000, grace: 20 };
  const emptied = new Promise<void>((resolve) => {
    leave = (left) => left === 0 && stopped && resolve();
  });
  let stopped = false;
  for await (const _ of runServerCases(cases, serverTarget(url.href), options)) {
    stopped = true;
    break;
  }
  await emptied;
});

test('an aborted signal ends running cases', async (t) => {
  const controller = new AbortController();
  const peer = await startPeer({
    echo: () => {
      controller.abort();
      return [];
    },
  });
  t.after(() => peer.close());
  const run = await runAll(many, peer.url, { timeout: 60_000, signal: controller.signal });
  assert.deepEqual([run.end, run.results], [{ state: 'interrupted' }, []]);
});

test('a target that hangs again in the same case, played alone, is looked at less often', async (t) => {
  let isHung = false;
  /** Looks and cases that got no answer, since each start. */
  const unanswered = [0];
  const hangs = ({ headers }: HttpHead) => {
    isHung ||= headers.some(({ name }) => name === 'X-Deadly');
    return isHung ? 500 : undefined;
  };
  const peer = await startPeer({ request: { hangs, ...correct.request } });
  t.after(() => peer.close());
  const serves = () => {
    if (isHung) unanswered.push(unanswered.pop()! + 1);
    return !isHung;
  };
  const url = await gate(t, serves, { to: peer.url });
  const restart = async () => {
    isHung = false;
    unanswered.push(0);
  };
  const process = { ended: undefined, endsWithin: async () => {}, lastWords: () => '', restart };
  const options = { process, concurrency: 1, timeout: 50, quietLooks: 4 };
  const run = await runAll([deadly], url, options);
  assert.deepEqual(verdicts(run), { [deadly.id]: 'fail' });
  assert.deepEqual(run.end, { state: 'complete' });
  const [first, confirmed, after] = unanswered;
  assert.ok(first! >= 4, `${first} without an answer at first`);
  assert.deepEqual([confirmed, after], [2, 0]);
});

/** A run whose attempts are counted, not played: each is that of a server that never closes. */
async function waitsIn(t: TestContext, cases: readonly Case[]) {
  const peer = await startPeer({ answerClose: () => undefined });
  t.after(() => peer.close());
  const target = serverTarget(peer.url.href);
  const { signal } = new AbortController();
  const onNotice = () => {};
  const watch = new TargetWatch(target, {
    ...{ timeout: 1000, quietLooks: 1, returnTimeout: 1, maxRestarts: 0, onNotice, signal },
  });
  const waits: (Waits | undefined)[] = [];
  const play = async (testCase: Case, wait?: Waits) => {
    waits.push(wait);
    const timeline = record([client(close(1000)), timeout]);
    const judgement = judge(testCase, timeline, { role: 'server', echo: true });
    return { case: testCase, ...judgement, conversations: mainOnly(timeline), duration: 1 };
  };
  const options = {
    ...{ concurrency: 4, timeout: 8000, longestClosing: 35_000, signal, onNotice },
    onProvisional: () => {},
  };
  const run = new ServerRun(play, watch, options).results(cases);
  while (!(await run.next()).done);
  return waits.map((wait) => wait?.closing);
}

test('an end that never arrives gets a short wait each time and a long one once', async (t) => {
  const [first, ...others] = await waitsIn(t, many);
  const firstAttempts = others.slice(0, many.length - 1);
  assert.ok(first && firstAttempts.every((closing) => closing === first));
  for (let turn = 0; turn < 10; turn += 1) first.take('a Close frame', false);
  assert.equal(first.timeoutFor('a Close frame', 8000), 2000);
  const replays = others.slice(many.length - 1);
  assert.equal(replays.length, many.length);
  assert.equal(replays[0]?.timeoutFor('a Close frame', 8000), 35_000);
  assert.ok(replays.slice(1).every((closing) => closing === undefined));
});
