/** Runs against servers that end, stop answering, or come back during the run. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Case } from '../../format/case.ts';
import { type Behaviour, correct } from '../../reference/behaviour.ts';
import { type RunningPeer, startPeer } from '../../reference/server.ts';
import {
  deadly,
  echoOf,
  gate,
  many,
  otherThan,
  runAll,
  verdicts,
} from '../../testing/server-runs.ts';
import { headerValues } from '../../wire/http-head.ts';
import type { TargetProcess } from './target-watch.ts';

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
