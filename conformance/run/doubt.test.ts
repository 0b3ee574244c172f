import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CaseResult } from '../results/case-result.ts';
import { madeCase } from '../testing/made-case.ts';
import { mainOnly, sampleTimeline } from '../testing/sample-run.ts';
import { type ScriptEvent, type Timeline, TimelineRecorder } from '../wire/timeline.ts';
import { doubtAbout as doubtAboutRole } from './doubt.ts';

type Changes = Partial<CaseResult> & { readonly timeline?: Timeline };

const result = ({ timeline, ...changes }: Changes): CaseResult => ({
  ...{ case: madeCase(), verdict: 'fail', rule: 'rule', expected: 'this', observed: 'that' },
  duration: 1,
  conversations: timeline ? mainOnly(timeline) : [],
  ...changes,
});

const doubtAbout = (about: CaseResult) => doubtAboutRole(about, 'server');

/** The request, and this many more entries of a good conversation. */
function beginning(entries: number): TimelineRecorder {
  const recorder = new TimelineRecorder('tcp');
  for (const entry of sampleTimeline().entries.slice(0, entries)) {
    if (entry.kind === 'bytes') recorder.bytes(entry.from, entry.bytes);
  }
  return recorder;
}

function silentAfter(entries: number) {
  const recorder = beginning(entries);
  recorder.timeout('an answer');
  return recorder.timeline();
}

function droppedAfter(entries: number, how: 'fin' | 'rst') {
  const recorder = beginning(entries);
  recorder.end(how, 'server');
  return recorder.timeline();
}

function refusedWith(line: string) {
  const recorder = beginning(1);
  recorder.bytes('server', Buffer.from(`${line}\r\nContent-Length: 0\r\n\r\n`));
  return recorder.timeline();
}

test('silence and an end without a Close are in doubt', () => {
  for (const verdict of ['fail', 'warn'] as const) {
    for (const timeline of [
      silentAfter(1),
      silentAfter(2),
      droppedAfter(1, 'rst'),
      droppedAfter(2, 'fin'),
    ]) {
      assert.notEqual(doubtAbout(result({ verdict, timeline })), undefined);
    }
  }
  assert.equal(doubtAbout(result({ verdict: 'pass', timeline: silentAfter(2) })), undefined);
  assert.equal(doubtAbout(result({ verdict: 'info', timeline: silentAfter(2) })), undefined);
});

test('bytes that the server wrote are not in doubt', () => {
  const at = { from: 'server', offset: 0, length: 1 } as const;
  assert.equal(doubtAbout(result({ timeline: silentAfter(2), at })), undefined);
  assert.equal(doubtAbout(result({ timeline: sampleTimeline() })), undefined);
  assert.equal(doubtAbout(result({ timeline: refusedWith('HTTP/1.1 400 Bad') })), undefined);
});

test('marked bytes of the client do not decide', () => {
  const at = { from: 'client', offset: 0, length: 1 } as const;
  assert.notEqual(doubtAbout(result({ timeline: silentAfter(2), at })), undefined);
});

test('a server that fails or refuses connections may be too busy', () => {
  assert.notEqual(doubtAbout(result({ timeline: refusedWith('HTTP/1.1 500 Oh') })), undefined);
  assert.notEqual(doubtAbout(result({ verdict: 'error' })), undefined);
  assert.equal(doubtAbout(result({ verdict: 'error', stack: 'Error' })), undefined);
});

test('an unserved fresh connection is in doubt; memory over budget is not', () => {
  const timeline = sampleTimeline();
  assert.notEqual(doubtAbout(result({ rule: 'no-longer-served', timeline })), undefined);
  assert.equal(doubtAbout(result({ rule: 'memory-over-budget', timeline })), undefined);
});

test('the same silence gives the same doubt, a different one does not', () => {
  const doubt = (waitingFor: string, rule = 'rule') => {
    const recorder = beginning(2);
    recorder.timeout(waitingFor);
    return doubtAbout(result({ rule, timeline: recorder.timeline() }));
  };
  assert.equal(doubt('a Close'), doubt('a Close'));
  assert.notEqual(doubt('a Close'), doubt('a message'));
  assert.notEqual(doubt('a Close'), doubt('a Close', 'another'));
});

/** What a client wrote and how it ended; then the events of its page. */
function client({ ending, page = [] }: ClientSide) {
  const recorder = beginning(2);
  if (ending === 'timeout' || ending === 'late') recorder.timeout('a Close frame');
  if (ending === 'close' || ending === 'late') recorder.bytes('client', maskedClose);
  if (ending !== undefined && ending !== 'timeout') {
    recorder.end(ending === 'rst' ? 'rst' : 'fin', 'client');
  }
  const { transport, entries } = recorder.timeline();
  const seen = page.map((event) => ({ kind: 'script', at: 1, event }) as const);
  return { transport, entries: [...entries, ...seen] } as const;
}

interface ClientSide {
  readonly ending?: 'timeout' | 'fin' | 'rst' | 'close' | 'late';
  readonly page?: readonly ScriptEvent[];
}

const maskedClose = Uint8Array.of(0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8);
const closed = (code: number, wasClean: boolean): ScriptEvent => ({
  ...{ type: 'close', code, reason: '', wasClean },
});

test('a client that sent no Close, or a late one, is in doubt', () => {
  for (const verdict of ['fail', 'warn'] as const) {
    for (const ending of ['timeout', 'late', 'fin', 'rst', undefined] as const) {
      const timeline = client(ending ? { ending } : {});
      const about = doubtAboutRole(result({ verdict, timeline }), 'client');
      assert.notEqual(about, undefined, `${verdict} ${ending}`);
    }
  }
  for (const rule of ['browser-ended', 'wrong-events']) {
    const timeline = client({ ending: 'close' });
    assert.notEqual(doubtAboutRole(result({ rule, timeline }), 'client'), undefined, rule);
  }
});

test('a client that closed, or whose bytes decide, is not in doubt', () => {
  const at = { from: 'client', offset: 0, length: 1 } as const;
  const timeline = client({ ending: 'close' });
  for (const each of [
    result({ timeline }),
    result({ timeline: client({ ending: 'timeout' }), at }),
    result({ verdict: 'pass', timeline: client({ ending: 'timeout' }) }),
    result({ verdict: 'skip' }),
  ]) {
    assert.equal(doubtAboutRole(each, 'client'), undefined);
  }
});

test('a page with a lost connection or no close event is in doubt; another close event is not', () => {
  const about = (...page: readonly ScriptEvent[]) =>
    doubtAboutRole(
      result({ rule: 'wrong-events', timeline: client({ ending: 'close', page }) }),
      'client',
    );
  assert.notEqual(about(closed(1006, false)), undefined);
  assert.notEqual(about({ type: 'error' }), undefined);
  assert.equal(about(closed(1005, true)), undefined);
});
