import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import WebSocket from 'ws';
import type { Case } from '../../format/case.ts';
import type { Check } from '../../format/check.ts';
import { answered, echoOf, failed, pending, refused } from '../../format/expectation.ts';
import { response } from '../../format/handshake.ts';
import { bothRoles, clientOnly } from '../../format/role.ts';
import { close, text } from '../../format/step.ts';
import { visit as visitCorrectly } from '../../reference/client.ts';
import type { CaseResult } from '../../results/case-result.ts';
import { bytesFrom } from '../../wire/timeline.ts';
import { CaseHost } from './case-host.ts';

const common = { level: 'must', document: 'RFC 6455', section: '5.6' } as const;
const cases: readonly Case[] = [
  {
    ...common,
    id: 'host/echo',
    title: 'a text message is echoed',
    requirement: 'an echo client echoes',
    against: bothRoles,
    autobahn: ['1.1.2'],
    steps: [text('Hello')],
    expect: answered([echoOf(text('Hello'))]),
  },
  {
    ...common,
    id: 'host/new-text-inside-a-message',
    title: 'a text frame inside an unfinished message fails the connection',
    requirement: 'messages are not interleaved',
    against: bothRoles,
    steps: [text('one', { fin: false }), text('two')],
    expect: failed(1002),
  },
  {
    ...common,
    id: 'host/wrong-accept',
    title: 'a wrong accept makes the client fail the connection',
    requirement: 'the accept is computed from the key',
    against: clientOnly,
    handshake: response({ set: { 'Sec-WebSocket-Accept': 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' } }),
    steps: [],
    expect: refused(),
  },
  {
    ...common,
    id: 'host/driven',
    title: 'a client closes when its program does',
    requirement: 'the client has a program',
    against: clientOnly,
    script: [{ do: 'close' }],
    steps: [],
    expect: answered([]),
  },
];

/** Opens one connection, echoes the messages, and returns them after the end. */
async function visit(
  url: string,
  echo: (socket: WebSocket, data: Buffer) => void,
): Promise<string> {
  const socket = new WebSocket(url);
  const received: string[] = [];
  socket.on('error', () => {});
  socket.on('message', (data: Buffer) => {
    received.push(data.toString());
    echo(socket, data);
  });
  await new Promise((resolve) => socket.on('close', resolve));
  return received.join();
}
const listen = (url: string) => visit(url, () => {});
const echoed = (url: string) => visit(url, (socket, data) => socket.send(data, { binary: false }));

const verdicts = (results: readonly CaseResult[]) =>
  results.map(({ case: { id }, verdict }) => `${id} ${verdict}`);

test('a loop written for Autobahn runs to its end, and agents are separate', async (t) => {
  const reports: string[] = [];
  const host = await CaseHost.listen({
    cases,
    timeout: 1000,
    onReport: (agent) => reports.push(agent),
  });
  t.after(() => host.close());
  const run = async (agent: string, client: typeof echoed) => {
    const count = Number(await listen(`${host.url}/getCaseCount`));
    for (let number = 1; number <= count; number += 1) {
      await client(`${host.url}/runCase?case=${number}&agent=${agent}`);
    }
    await listen(`${host.url}/updateReports?agent=${agent}`);
  };
  await Promise.all([run('good', echoed), run('deaf', listen)]);
  assert.deepEqual(reports.sort(), ['deaf', 'good']);
  assert.deepEqual(verdicts(await host.resultsOf('good')), [
    'host/echo pass',
    'host/new-text-inside-a-message pass',
    'host/wrong-accept pass',
    'host/driven skip',
  ]);
  const deaf = await host.resultsOf('deaf');
  assert.equal(deaf[0]?.verdict, 'fail');
  assert.equal(deaf[0]?.rule, 'missing-answer');
});

test('cases are found by number, by id and by Autobahn id, and so is their status', async (t) => {
  const host = await CaseHost.listen({ cases });
  t.after(() => host.close());
  for (const name of ['case=1', 'id=host/echo', 'casetuple=1.1.2']) {
    const agent = encodeURIComponent(name);
    await echoed(`${host.url}/runCase?${name}&agent=${agent}`);
    const status = JSON.parse(await listen(`${host.url}/getCaseStatus?${name}&agent=${agent}`));
    assert.deepEqual([status.behavior, status.behaviorClose, status.verdict], ['OK', 'OK', 'pass']);
  }
  assert.deepEqual(JSON.parse(await listen(`${host.url}/getCaseInfo?case=1`)), {
    id: 'host/echo',
    description: 'a text message is echoed',
    autobahn: ['1.1.2'],
  });
});

test('an unknown address is answered with 404 and the valid ones', async (t) => {
  const host = await CaseHost.listen({ cases });
  t.after(() => host.close());
  const http = host.url.replace('ws:', 'http:');
  for (const [target, words] of [
    ['/runCase?case=99', 'there is no case 99; they go from 1 to 4'],
    ['/runCase?id=host/unknown', 'there is no case host/unknown'],
    ['/nothing', 'is none of /getCaseCount'],
  ] as const) {
    const answer = await fetch(http + target);
    assert.equal(answer.status, 404);
    assert.match(await answer.text(), new RegExp(words.replaceAll(/[?./]/g, '\\$&')));
  }
});

test('a client that uses a key twice fails', async (t) => {
  const host = await CaseHost.listen({ cases, timeout: 1000 });
  t.after(() => host.close());
  for (const id of ['host/echo', 'host/new-text-inside-a-message']) {
    await visitCorrectly(new URL(`${host.url}/runCase?id=${id}&agent=one`), {
      newKey: () => Buffer.alloc(16, 'k').toString('base64'),
    });
  }
  const [first, second] = await host.resultsOf('one');
  assert.equal(first?.verdict, 'pass');
  assert.deepEqual(
    [second?.verdict, second?.rule, second?.observed],
    ['fail', 'repeated-key', 'the key of host/echo again'],
  );
});

test('a host knows whether a client is running a case', async (t) => {
  const host = await CaseHost.listen({ cases, timeout: 1000 });
  t.after(() => host.close());
  const seen: boolean[] = [];
  await visit(`${host.url}/runCase?case=1&agent=it`, (socket, data) => {
    seen.push(host.isPlaying);
    socket.send(data, { binary: false });
  });
  await host.resultsOf('it');
  assert.deepEqual([seen, host.isPlaying], [[true], false]);
});

test('what came before a case is kept with it, and with what the program saw', async (t) => {
  const after: Case = {
    ...common,
    id: 'host/after-a-prelude',
    title: 'a second connection',
    requirement: 'the first one leaves nothing behind',
    against: clientOnly,
    before: [{ steps: [text('prelude'), close(1000)] }],
    steps: [text('Hello')],
    expect: answered([echoOf(text('Hello'))]),
  };
  const host = await CaseHost.listen({ cases: [after], driven: true, timeout: 1000 });
  t.after(() => host.close());
  const url = `${host.url}/runCase?id=${after.id}&agent=it`;
  assert.deepEqual([await listen(url), await echoed(url)], ['prelude', 'Hello']);
  const opened = { type: 'open', protocol: '', extensions: '' } as const;
  const seen = [{ kind: 'script', at: 1, event: opened }] as const;
  const onWire = await host.agent('it').resultOf(after);
  for (const result of [onWire, await host.agent('it').resultSeenBy(after, seen)]) {
    const names = result!.conversations.map(({ name }) => name);
    assert.deepEqual(names, ['before', 'main']);
    const [before, main] = result!.conversations.map(({ timeline }) =>
      bytesFrom(timeline, 'server').toString('latin1'),
    );
    assert.match(before!, /prelude/);
    assert.match(main!, /Hello/);
  }
});

test('a case whose program has finished is not waited for', { timeout: 10_000 }, async (t) => {
  const hour = 3_600_000;
  const unread: Case = {
    ...common,
    id: 'host/unread',
    title: 'a program observes data that it cannot send',
    requirement: 'the peer waits for the program',
    against: clientOnly,
    alive: 'untested',
    observationTimeout: hour,
    steps: [text('nothing is read')],
    expect: pending(),
  };
  const host = await CaseHost.listen({ cases: [unread], driven: true });
  t.after(() => host.close());
  const socket = new WebSocket(`${host.url}/runCase?id=host/unread&agent=done`);
  const closed = once(socket, 'close');
  await once(socket, 'message');
  host.agent('done').clientDone(unread);
  await closed;
  assert.equal((await host.agent('done').resultOf(unread))?.verdict, 'pass');
});

test('a case that throws is not judged, and the others are served', async () => {
  const [echo, ...others] = cases as readonly [Case, ...Case[]];
  const check = { kind: 'made up' } as unknown as Check;
  const broken: Case = {
    ...echo,
    id: 'host/broken',
    expect: { ...echo.expect, checks: [check] },
  };
  const host = await CaseHost.listen({
    cases: [broken, echo, ...others],
    timeout: 1000,
    grace: 50,
  });
  for (const { id } of [broken, echo]) {
    await visit(`${host.url}/runCase?id=${id}&agent=a`, (socket, data) =>
      socket.send(data, { binary: false }),
    );
  }
  const [first, second] = await host.resultsOf('a');
  await host.close();
  assert.deepEqual([first?.verdict, second?.verdict], ['error', 'pass']);
  assert.match(first?.stack ?? '', /unknown kind made up: it is none of .*\n +at /);
});
