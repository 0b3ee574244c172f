/** The capture as Wireshark reads it: tshark dissects each file written here. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { sampleTimeline } from '../testing/sample-run.ts';
import { type Timeline, TimelineRecorder } from '../wire/timeline.ts';
import { renderPcapng } from './pcapng.ts';
import type { RecordedConversation } from './recorded.ts';

let folder: string;

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'framewright-pcapng-'));
});

after(() => rmSync(folder, { recursive: true }));

const recorded = (timeline: Timeline): RecordedConversation => ({
  name: 'sample/kept, sample 1.0',
  url: 'ws://127.0.0.1:9001/',
  startedAt: '2026-01-02T03:04:05.678Z',
  timeline,
});

/** One line per packet that passes `filter`, its fields separated by tabs. */
function tshark(conversations: readonly RecordedConversation[], fields: string, filter = '') {
  const path = join(folder, 'capture.pcapng');
  writeFileSync(path, renderPcapng(conversations));
  const checks = ['-o', 'tcp.check_checksum:TRUE', '-o', 'ip.check_checksum:TRUE'];
  const wanted = fields.split(' ').flatMap((field) => ['-e', field]);
  const args = ['-r', path, ...checks, '-Y', filter, '-T', 'fields', ...wanted];
  const { error, status, stdout, stderr } = spawnSync('tshark', args, { encoding: 'utf8' });
  assert.equal(error, undefined, 'tshark does not start. Run: npm run tools');
  assert.equal(status, 0, stderr);
  return (
    stdout
      .split('\n')
      .filter(Boolean)
      // Flags are words since Wireshark 4.4.
      .map((line) => line.split('\t').map((word) => flagDigits[word] ?? word))
  );
}

const flagDigits: Readonly<Record<string, string>> = { True: '1', False: '0' };

test('the handshake and every unmasked frame are dissected', () => {
  const conversation = recorded(sampleTimeline(Buffer.from('Hello')));
  const [upgrade, response] = tshark([conversation], 'http.upgrade http.response.code', 'http');
  assert.deepEqual(upgrade, ['websocket', '']);
  assert.deepEqual(response, ['websocket', '101']);
  const fields = 'ip.src websocket.opcode websocket.mask';
  const frames = tshark([conversation], fields, 'websocket');
  assert.deepEqual(
    frames.map(([source, opcode, mask]) => [source, opcode, mask]),
    [
      ['192.0.2.1', '1', '1'],
      ['192.0.2.2', '1', '0'],
      ['192.0.2.1', '8', '1'],
      ['192.0.2.2', '8', '0'],
    ],
  );
  const texts = tshark([conversation], 'websocket.payload.text', 'websocket.payload.text');
  assert.deepEqual(texts, [['Hello'], ['Hello']]);
});

test('checksums are right, and nothing is malformed or out of order', () => {
  const conversations = [
    recorded(sampleTimeline(Buffer.alloc(100_000, 'x'))),
    recorded(sampleTimeline(Buffer.from('odd'))),
  ];
  const wrong =
    'tcp.checksum.status != 1 || ip.checksum.status != 1 || _ws.malformed || tcp.analysis.flags';
  assert.deepEqual(tshark(conversations, 'frame.number', wrong), []);
  const streams = tshark(conversations, 'tcp.stream', 'tcp.flags.syn == 1 && tcp.flags.ack == 0');
  assert.deepEqual(streams, [['0'], ['1']]);
  const fins = tshark(conversations, 'ip.src', 'tcp.flags.fin == 1');
  assert.deepEqual(fins, [['192.0.2.2'], ['192.0.2.1'], ['192.0.2.2'], ['192.0.2.1']]);
});

test('resets, waits and times are those of the timeline', () => {
  const recorder = new TimelineRecorder('tcp');
  recorder.bytes('client', Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
  recorder.timeout('a response');
  recorder.end('rst', 'server');
  const timeline = recorder.timeline();
  const packets = tshark([recorded(timeline)], 'tcp.flags.reset frame.comment frame.time_epoch');
  const at = (index: number) => {
    const microseconds = Math.round(timeline.entries[index]!.at * 1000);
    return 1767323045.678 + microseconds / 1e6;
  };
  assert.deepEqual(
    packets.map(([reset, comment]) => [reset, comment]),
    [
      ['0', 'sample/kept, sample 1.0'],
      ['0', ''],
      ['0', ''],
      ['0', ''],
      ['0', 'waited for a response'],
      ['1', ''],
    ],
  );
  assert.ok(Math.abs(Number(packets.at(-1)![2]) - at(2)) < 1e-6);
});

test('a drop by the harness is commented and ends a direction once', () => {
  const recorder = new TimelineRecorder('tcp');
  recorder.bytes('client', Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
  recorder.drop('server');
  const ended = new TimelineRecorder('tcp');
  ended.end('fin', 'server');
  ended.drop('server');
  const flagsOf = (timeline: Timeline) =>
    tshark([recorded(timeline)], 'tcp.flags.fin frame.comment', 'frame.comment contains "dropped"');
  assert.deepEqual(flagsOf(recorder.timeline()), [['1', 'dropped by the harness']]);
  assert.deepEqual(flagsOf(ended.timeline()), [['0', 'dropped by the harness']]);
});

test('HTTP/2 is refused with an explanation', () => {
  const timeline: Timeline = { ...sampleTimeline(), transport: 'h2' };
  assert.throws(() => renderPcapng([recorded(timeline)]), /held over HTTP\/2/);
});
