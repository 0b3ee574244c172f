/** Runs against servers that are slow, stop answering, or end during the run. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { Case } from '../../format/case.ts';
import { answered, refused } from '../../format/expectation.ts';
import { request } from '../../format/handshake.ts';
import { awaits, close, text } from '../../format/step.ts';
import { judge } from '../../judge/judge.ts';
import { type Behaviour, correct } from '../../reference/behaviour.ts';
import { type RunningPeer, startPeer } from '../../reference/server.ts';
import type { CaseResult } from '../../results/case-result.ts';
import { madeCase } from '../../testing/made-case.ts';
import { client, record, timeout } from '../../testing/said.ts';
import { mainOnly } from '../../testing/sample-run.ts';
import { type HttpHead, headerValues } from '../../wire/http-head.ts';
import type { Capabilities } from './probe/capabilities.ts';
import { type RunOptions, runServerCases } from './run.ts';
import { ServerRun, type ServerRunEnd, type Waits } from './server-run.ts';
import { serverTarget } from './server-target.ts';
import { type TargetProcess, TargetWatch } from './target-watch.ts';

const echoOf = (id: string, word = id): Case =>
  madeCase({
    id: `echo/${id}`,
    steps: [text(word)],
    expect: answered([{ kind: 'text', payload: word }]),
  });

const deadly: Case = madeCase({
  id: 'handshake/deadly',
  alive: 'untested',
  handshake: request({ add: ['X-Deadly: yes'] }),
  expect: refused([400, 500]),
});

const capabilities: Capabilities = {
  ...{ echo: true, pong: true, deflate: false, windowLimit: false, originPolicy: false },
  ...{ script: false, tls: false, http2: false, extensions: '', ending: '' },
};

interface Run extends ServerRunEnd {
  readonly results: readonly CaseResult[];
}

async function runAll(cases: readonly Case[], url: URL, options: RunOptions = {}): Promise<Run> {
  const results: CaseResult[] = [];
  const settings = { capabilities, timeout: 1000, grace: 20, ...options };
  const run = runServerCases(cases, serverTarget(url.href), settings);
  for (;;) {
    const next = await run.next();
    if (next.done) return { ...next.value, results };
    results.push(next.value);
  }
}

const verdicts = ({ results }: Run) =>
  Object.fromEntries(results.map(({ case: { id }, verdict }) => [id, verdict]));

const otherThan = ({ results }: Run, ...expected: readonly string[]) =>
  results
    .filter(({ verdict }) => !expected.includes(verdict))
    .map(({ case: { id }, verdict, observed }) => `${id} ${verdict}: ${observed}`);

/** A correct server that ends on a certain request, and may be restarted. */
class MortalServer implements TargetProcess {
  ended: string | undefined;
  starts = 1;
  #peer!: RunningPeer;
  readonly #behaviour: Partial<Behaviour>;

  constructor(dies: (head: string) => boolean, answer?: readonly string[]) {
    const refuse = () => {
      setImmediate(() => this.die());
      return answer ?? ['HTTP/1.1 500 Oops', 'Content-Length: 0'];
    };
    const deadly = (head: Parameters<NonNullable<Behaviour['request'][string]>>[0]) =>
      dies(headerValues(head, 'X-Deadly').join()) ? 500 : undefined;
    this.#behaviour = { request: { deadly, ...correct.request }, refuse };
  }

  async start(): Promise<this> {
    this.#peer = await startPeer(this.#behaviour);
    return this;
  }

  get url(): URL {
    return this.#peer.url;
  }

  die(): void {
    this.ended = 'exited with code 1';
    void this.#peer.close();
  }

  async endsWithin(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
  }

  lastWords(): string {
    return 'It wrote nothing.';
  }

  async restart(): Promise<void> {
    this.starts += 1;
    this.#peer = await startPeer(this.#behaviour, Number(this.#peer.url.port));
    this.ended = undefined;
  }

  close(): Promise<void> {
    return this.#peer.close();
  }
}

async function mortal(t: TestContext, ...args: ConstructorParameters<typeof MortalServer>) {
  const server = await new MortalServer(...args).start();
  t.after(() => server.close());
  return server;
}

const many = Array.from({ length: 20 }, (_, index) => echoOf(`${index}`));

test('the case that ends the target fails; all others run', async (t) => {
  const server = await mortal(t, (header) => header === 'yes');
  const cases = [...many.slice(0, 10), deadly, ...many.slice(10)];
  const run = await runAll(cases, server.url, { process: server });
  assert.deepEqual(run.end, { state: 'complete' });
  assert.deepEqual(
    run.losses.map(({ cases: ids }) => ids),
    [[deadly.id]],
  );
  assert.deepEqual(verdicts(run), {
    ...Object.fromEntries(many.map(({ id }) => [id, 'pass'])),
    [deadly.id]: 'fail',
  });
  const killer = run.results.find(({ case: testCase }) => testCase === deadly)!;
  assert.equal(killer.rule, 'target-ended');
  assert.match(
    killer.observed,
    /^HTTP\/1\.1 500 Oops.*, then the server process exited with code 1$/,
  );
  assert.notDeepEqual(killer.conversations, []);
  assert.equal(run.results.length, cases.length);
});

test('a target that comes back on its own is waited for', async (t) => {
  const server = await mortal(t, (header) => header === 'yes');
  const notices: string[] = [];
  const onNotice = (sentence: string) => {
    notices.push(sentence);
    if (/waiting up to 5 s for it to come back/.test(sentence)) void server.restart();
  };
  const cases = [...many, deadly];
  const run = await runAll(cases, server.url, { onNotice, returnTimeout: 5000 });
  assert.deepEqual(run.end, { state: 'complete' });
  assert.equal(verdicts(run)[deadly.id], 'fail');
  assert.equal(run.results.filter(({ verdict }) => verdict === 'pass').length, many.length);
  assert.notEqual(notices.length, 0);
});

test('if the target does not come back, no case fails unless it ran alone', async (t) => {
  const server = await mortal(t, (header) => header === 'yes');
  const cases = [deadly, ...many];
  const run = await runAll(cases, server.url, { returnTimeout: 1 });
  assert.equal(run.end.state, 'target lost');
  assert.match(
    (run.end as { reason: string }).reason,
    /ECONNREFUSED.*; it did not come back in 1 s/s,
  );
  assert.deepEqual(otherThan(run, 'pass', 'error'), []);
  assert.notEqual(run.results.length, cases.length);
});

test('a limit case that ends the target fails, and the later ones run', async (t) => {
  const server = await mortal(t, (header) => header === 'yes');
  const limit: Case = { ...deadly, id: 'limits/deadly', aftermath: { memory: 1 } };
  const next: Case = { ...echoOf('next'), id: 'limits/next', aftermath: { memory: 1 } };
  const run = await runAll([limit, next, echoOf('first')], server.url, { process: server });
  assert.deepEqual(run.end, { state: 'complete' });
  assert.deepEqual(verdicts(run), {
    'limits/deadly': 'fail',
    'limits/next': 'pass',
    'echo/first': 'pass',
  });
  assert.equal(
    run.results.find(({ case: { id } }) => id === 'limits/deadly')!.rule,
    'target-ended',
  );
});

test('a limit case that ends a target permanently fails as well', async (t) => {
  const server = await mortal(t, (header) => header === 'yes');
  const limit: Case = { ...deadly, id: 'limits/deadly', aftermath: { memory: 1 } };
  const run = await runAll([echoOf('first'), limit], server.url, { returnTimeout: 1 });
  assert.equal(run.end.state, 'target lost');
  assert.deepEqual(verdicts(run), { 'echo/first': 'pass', 'limits/deadly': 'fail' });
});

test('restarts are limited, and the run reports when the limit is reached', async (t) => {
  const server = await mortal(t, (header) => header === 'yes');
  const cases = [1, 2, 3, 4].map((n) => ({ ...deadly, id: `handshake/deadly-${n}` }));
  const run = await runAll(cases, server.url, {
    ...{ process: server, maxRestarts: 3, concurrency: 1 },
  });
  assert.equal(server.starts, 4);
  assert.equal(run.end.state, 'target lost');
  assert.match((run.end as { reason: string }).reason, /restarted 3 times, which is the limit/);
});

test('a loss that no single case reproduces is recorded, and no case fails', async (t) => {
  let asked = 0;
  const server = await mortal(t, () => {
    asked += 1;
    return asked === 15;
  });
  const run = await runAll(many, server.url, { process: server });
  assert.deepEqual(run.end, { state: 'complete' });
  assert.deepEqual(
    run.losses.map(({ cases }) => cases),
    [[]],
  );
  assert.deepEqual(otherThan(run, 'pass'), []);
  assert.equal(run.results.length, many.length);
});

/** Accepts connections and relays those that `serves` allows; the others get no answer. */
async function gate(
  t: TestContext,
  serves: (nth: number, open: number) => boolean,
  { to, onLeft }: { to?: URL; onLeft?: (left: number) => void } = {},
): Promise<URL> {
  const peer = to ? undefined : await startPeer({});
  const { port } = to ?? peer!.url;
  const clients = new Set<Socket>();
  let count = 0;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    count += 1;
    clients.add(client);
    client.on('error', () => client.destroy());
    client.on('close', () => {
      clients.delete(client);
      onLeft?.(clients.size);
    });
    if (!serves(count, clients.size)) {
      client.on('end', () => client.destroy()).resume();
      return;
    }
    const onward = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
    onward.on('error', () => client.destroy());
    client.on('close', () => onward.destroy());
    client.pipe(onward).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(async () => {
    server.close();
    for (const client of clients) client.destroy();
    await peer?.close();
  });
  return new URL(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

test('a target that stops answering for a while is waited for, and no case fails', async (t) => {
  // The 10th to the 14th connection are never answered.
  const url = await gate(t, (nth) => nth < 10 || nth > 14);
  const run = await runAll(many, url, { timeout: 200, quietLooks: 30 });
  assert.deepEqual(run.end, { state: 'complete' });
  assert.deepEqual(run.losses, []);
  assert.deepEqual(otherThan(run, 'pass'), []);
  assert.equal(run.results.length, many.length);
});

test('a target that stays silent is reported as lost after several checks, and no case fails', async (t) => {
  const url = await gate(t, (nth) => nth < 10);
  const run = await runAll(many, url, { timeout: 100, quietLooks: 3, returnTimeout: 1 });
  assert.equal(run.end.state, 'target lost');
  assert.match(
    (run.end as { reason: string }).reason,
    /no longer answers handshakes: 3 attempts in/,
  );
  assert.deepEqual(otherThan(run, 'pass', 'error'), []);
});

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
