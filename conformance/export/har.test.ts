import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { malice, sampleTimeline } from '../testing/sample-run.ts';
import { TimelineRecorder } from '../wire/timeline.ts';
import { opcodes, writeFrame } from '../wire/wire.ts';
import { renderHar, type WebSocketMessage } from './har.ts';
import type { RecordedConversation } from './recorded.ts';

const recorded: RecordedConversation = {
  name: 'sample/kept, sample 1.0',
  url: 'ws://127.0.0.1:9001/chat?room=a%20b',
  startedAt: '2026-01-02T03:04:05.678Z',
  timeline: sampleTimeline(),
};

interface Har {
  readonly log: {
    readonly entries: readonly {
      readonly startedDateTime: string;
      readonly request: { readonly method: string; readonly queryString: unknown };
      readonly response: { readonly status: number; readonly content: { readonly text?: string } };
      readonly _resourceType: string;
      readonly _webSocketMessages: readonly WebSocketMessage[];
    }[];
  };
}

/** As a reader parses it that validates a file against the HAR 1.2 schema. */
function read(text: string): Har {
  const har = JSON.parse(text) as Har;
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  const require = createRequire(import.meta.url);
  const schemas = require('har-schema') as Record<string, { $id: string; $schema?: string }>;
  for (const { $schema: _, ...schema } of Object.values(schemas)) ajv.addSchema(schema);
  const validate = ajv.getSchema('har.json#')!;
  assert.equal(validate(har), true, JSON.stringify(validate.errors));
  return har;
}

test('one entry per conversation, valid against the HAR 1.2 schema', () => {
  const { entries } = read(renderHar([recorded, recorded])).log;
  assert.equal(entries.length, 2);
  const [{ request, response, _resourceType }] = entries as [Har['log']['entries'][number]];
  assert.deepEqual(
    [request.method, request.queryString, response.status, _resourceType],
    ['GET', [{ name: 'room', value: 'a b' }], 101, 'websocket'],
  );
});

test('messages and control frames in the form of DevTools', () => {
  const { entries } = read(renderHar([recorded])).log;
  const messages = entries[0]!._webSocketMessages;
  const sent = Buffer.from(malice).toString('utf8');
  assert.deepEqual(
    messages.map(({ type, opcode, data }) => [type, opcode, data]),
    [
      ['send', 1, sent],
      ['receive', 1, sent],
      ['send', 8, 'A+g='],
      ['receive', 8, 'A+g='],
    ],
  );
  const began = Date.parse(recorded.startedAt) / 1000;
  for (const { time } of messages) assert.ok(time >= began && time < began + 60);
});

test('bytes that are not text are base64', () => {
  const timeline = sampleTimeline(Buffer.of(0xff, 0xfe));
  const { entries } = read(renderHar([{ ...recorded, timeline }])).log;
  assert.equal(entries[0]!._webSocketMessages[0]!.data, '//4=');
});

test('a silent server and a refusal get entries as well', () => {
  const silent = new TimelineRecorder('tcp');
  const refused = new TimelineRecorder('tcp');
  const request = Buffer.from('GET /x HTTP/1.1\r\nHost: a\r\n\r\n');
  silent.bytes('client', writeFrame({ opcode: opcodes.ping, payload: Buffer.alloc(0) }));
  refused.bytes('client', request);
  refused.bytes('server', Buffer.from('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno'));
  const timelines = [silent.timeline(), refused.timeline()];
  const har = read(renderHar(timelines.map((timeline) => ({ ...recorded, timeline }))));
  assert.deepEqual(
    har.log.entries.map(({ response }) => [response.status, response.content.text]),
    [
      [0, undefined],
      [403, 'bm8='],
    ],
  );
});
