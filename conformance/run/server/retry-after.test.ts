import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answered } from '../../format/expectation.ts';
import { request } from '../../format/handshake.ts';
import { text } from '../../format/step.ts';
import { correct } from '../../reference/behaviour.ts';
import { startPeer } from '../../reference/server.ts';
import { madeCase } from '../../testing/made-case.ts';
import { readConversation } from '../../wire/conversation.ts';
import { type HttpHead, headerValues } from '../../wire/http-head.ts';
import { TimelineRecorder } from '../../wire/timeline.ts';
import { probeServer } from './probe/probe-server.ts';
import { RetryDelays, retryAfterIn } from './retry-after.ts';
import { runServerCases } from './run.ts';
import { serverTarget } from './server-target.ts';

function delayIn(...lines: readonly string[]): number | undefined {
  const recorder = new TimelineRecorder('tcp');
  recorder.bytes('client', Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
  recorder.bytes('server', Buffer.from(`${lines.join('\r\n')}\r\n\r\n`));
  return retryAfterIn(readConversation(recorder.timeline()));
}

const busy = 'HTTP/1.1 503 Busy';
const date = 'Date: Tue, 01 Dec 2026 00:00:00 GMT';

test('a delay is read in seconds and as a date, and is ten seconds at most', () => {
  assert.equal(delayIn(busy, 'Retry-After: 2'), 2000);
  assert.equal(delayIn('HTTP/1.1 429 Slow down', 'Retry-After: 0'), 0);
  assert.equal(delayIn(busy, 'Retry-After: 99999999999999999999'), 10_000);
  const at = (time: string) => delayIn(busy, date, `Retry-After: Tue, 01 Dec 2026 ${time} GMT`);
  assert.deepEqual([at('00:00:03'), at('09:00:00')], [3000, 10_000]);
  for (const value of ['Mon, 30 Nov 2026 00:00:00 GMT', '', '-1', '1.5', 'soon']) {
    assert.equal(delayIn(busy, date, `Retry-After: ${value}`), undefined, value);
  }
  assert.equal(delayIn(busy), undefined);
  assert.equal(delayIn('HTTP/1.1 500 Oops', 'Retry-After: 2'), undefined);
});

/** Serves nothing for a second after the first handshake, and counts handshakes that come too early. */
async function startBusyServer(isAbout: (head: HttpHead) => boolean = () => true) {
  let servesFrom: number | undefined;
  let early = 0;
  const answer = (head: HttpHead) => {
    if (!isAbout(head)) return undefined;
    const now = performance.now();
    // A timer may be a millisecond early.
    if (servesFrom !== undefined && now >= servesFrom - 2) return undefined;
    if (servesFrom !== undefined) early += 1;
    servesFrom ??= now + 1000;
    return 503;
  };
  const peer = await startPeer({
    request: { answer, ...correct.request },
    refuse: () => ['HTTP/1.1 503 Busy', 'Retry-After: 1', 'Content-Length: 0'],
  });
  return { peer, early: () => early };
}

test('the first handshake is repeated when the server has asked for it', async (t) => {
  const { peer, early } = await startBusyServer();
  t.after(() => peer.close());
  const { echo } = await probeServer(serverTarget(peer.url.href), 1000);
  assert.deepEqual([echo, early()], [true, 0]);
});

test('a case is run again when the server has asked for it', async (t) => {
  // A run asks for more than its cases.
  const isCase = (head: HttpHead) => headerValues(head, 'X-Case').length > 0;
  const { peer, early } = await startBusyServer(isCase);
  t.after(() => peer.close());
  const target = serverTarget(peer.url.href);
  const testCase = madeCase({
    handshake: request({ add: ['X-Case: yes'] }),
    steps: [text('hello')],
    expect: answered([{ kind: 'text', payload: 'hello' }]),
  });
  const capabilities = {
    ...{ echo: true, pong: true, deflate: false, windowLimit: false, originPolicy: false },
    ...{ script: false, tls: false, http2: false, extensions: '', ending: '' },
  };
  const verdicts: string[] = [];
  for await (const result of runServerCases([testCase], target, { capabilities, timeout: 1000 })) {
    verdicts.push(...(result.otherAttempts ?? []).map((each) => each.verdict), result.verdict);
  }
  assert.deepEqual([verdicts, early()], [['error', 'pass'], 0]);
});

test('an aborted run does not go on waiting', { timeout: 5000 }, async () => {
  await new RetryDelays(AbortSignal.abort()).until(performance.now() + 60_000);
});
