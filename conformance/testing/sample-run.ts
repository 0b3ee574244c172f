/** A run made by hand for the tests of reports: each verdict once, and a hostile target. */

import type { CaseConversation } from '../judge/judge-conversations.ts';
import type { RecordedAttempt, RecordedResult, Run } from '../results/results.ts';
import { storeTimeline } from '../results/stored-timeline.ts';
import { type Timeline, TimelineRecorder } from '../wire/timeline.ts';
import { opcodes, writeFrame } from '../wire/wire.ts';

/** Hostile text that must be escaped in every report. */
export const malice =
  '<script>alert(1)</script>]]>\u001b[2J&"\'\r\n::error::forged\u0000%0A\u202e\ufffe\ud800';

/** A handshake, a hostile text frame from the server, a Close, and both FINs. */
export function sampleTimeline(payload = Buffer.from(malice)): Timeline {
  const recorder = new TimelineRecorder('tcp');
  const maskKey = Uint8Array.of(1, 2, 3, 4);
  const code = Uint8Array.of(0x03, 0xe8);
  const lines = (...head: string[]) => Buffer.from(`${head.join('\r\n')}\r\n\r\n`);
  recorder.bytes(
    'client',
    lines(
      'GET / HTTP/1.1',
      'Host: a',
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Version: 13',
    ),
  );
  recorder.bytes(
    'server',
    lines(
      'HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
    ),
  );
  recorder.bytes('client', writeFrame({ opcode: opcodes.text, payload, maskKey }));
  recorder.bytes('server', writeFrame({ opcode: opcodes.text, payload }));
  recorder.bytes('client', writeFrame({ opcode: opcodes.close, payload: code, maskKey }));
  recorder.bytes('server', writeFrame({ opcode: opcodes.close, payload: code }));
  recorder.end('fin', 'server');
  recorder.end('fin', 'client');
  return recorder.timeline();
}

/** A case of which nothing but its own conversation was held. */
export function mainOnly(timeline: Timeline): CaseConversation[] {
  return [{ name: 'main', timeline }];
}

const kept: RecordedResult = {
  id: 'sample/kept',
  title: 'a rule that is kept',
  level: 'must',
  document: 'RFC 6455',
  section: '5.4',
  requirement: 'the rule in our own words',
  autobahn: ['5.1'],
  verdict: 'pass',
  rule: 'kept',
  expected: 'this',
  observed: 'Close 1000, then FIN',
  duration: 1.5,
  conversations: [],
};

export async function sampleRun(changes: Partial<Run> = {}): Promise<Run> {
  const timeline = await storeTimeline(sampleTimeline());
  const conversations = [{ name: 'main', timeline } as const];
  return {
    target: {
      role: 'server',
      name: 'sample',
      version: '1.0',
      url: 'ws://127.0.0.1:9001/',
      capabilities: {
        echo: true,
        pong: true,
        deflate: false,
        extensions: '',
        ending: 'Close 1000',
      },
    },
    framewright: '0.1.0',
    catalogue: { version: '0.1.0', volume: 'default' },
    startedAt: '2026-01-02T03:04:05.678Z',
    duration: 1234.5,
    platform: 'linux x64, Node 20.20.2',
    options: {
      only: [],
      skip: [],
      limits: false,
      failOn: 'must',
      concurrency: 16,
      timeout: 5000,
      insecure: false,
      headers: [],
      seed: '2a',
    },
    end: { state: 'complete' },
    planned: 6,
    results: [
      { ...kept, conversations },
      {
        ...kept,
        id: 'sample/broken',
        autobahn: ['5.1', '5.2'],
        verdict: 'fail',
        rule: 'wrong-answer',
        observed: `text ${malice}`,
        at: { from: 'server', offset: 129, length: 20 },
        conversations,
      },
      {
        ...kept,
        id: 'sample/broken-should',
        level: 'should',
        section: '7.1.7',
        autobahn: ['7.1.1'],
        verdict: 'warn',
        rule: 'wrong-close-code',
        reference: 'RFC 6455 §7.4.1',
        conversations,
      },
      {
        ...kept,
        id: 'sample/left-open',
        level: 'may',
        section: '7.4',
        autobahn: [],
        verdict: 'info',
        conversations,
      },
      {
        ...kept,
        id: 'sample/skipped',
        document: 'RFC 7692',
        section: '7.2.1',
        autobahn: ['12.1.1'],
        verdict: 'skip',
        observed: 'the target does not negotiate permessage-deflate',
        duration: 0,
      },
      {
        ...kept,
        id: 'sample/not-judged',
        document: 'RFC 7692',
        section: '7.2.2',
        autobahn: ['12.1.2'],
        verdict: 'error',
        observed: 'no connection',
        duration: 0,
        stack: `Error: ${malice}\n    at play (file:///opt/framewright/run.js:1:2)`,
      },
    ],
    ...changes,
  };
}

/**
 * A run of one case: the third round is wrong, after a prelude to each kept round, and an earlier
 * attempt passed.
 */
export async function runOfSeveralConversations(): Promise<Run> {
  const run = await sampleRun();
  const broken = run.results.find(({ id }) => id === 'sample/broken')!;
  const timelineOf = async (words: string) => storeTimeline(sampleTimeline(Buffer.from(words)));
  const conversations = [
    { name: 'before', round: 1, timeline: await timelineOf('before the first') },
    { name: 'round', round: 1, timeline: await timelineOf('the first') },
    { name: 'before', round: 3, timeline: await timelineOf('before the third') },
    { name: 'main', round: 3, timeline: await timelineOf('the third') },
    { name: 'aftermath', timeline: await timelineOf('afterwards') },
  ] as const;
  const attempt: RecordedAttempt = {
    ...{ verdict: 'pass', rule: 'kept', expected: 'this', observed: 'that', duration: 1 },
    conversations: [{ name: 'main', round: 1, timeline: await timelineOf('an attempt') }],
  };
  const result = { ...broken, conversations, otherAttempts: [attempt], unstable: true } as const;
  return { ...run, planned: 1, results: [result] };
}

/** The same without cases that could not be judged. */
export async function judgedRun(changes: Partial<Run> = {}): Promise<Run> {
  const run = await sampleRun(changes);
  return { ...run, results: run.results.filter(({ verdict }) => verdict !== 'error') };
}
