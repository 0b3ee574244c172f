import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import {
  Compression,
  type CompressionSettings,
  largestAtOnce,
  negotiateDeflate,
} from './deflate.ts';
import { parseExtensions } from './header-grammar.ts';
import type { Failure } from './violations.ts';

const plain: CompressionSettings = {
  contextTakeover: true,
  serverMaxWindowBits: 15,
  clientMaxWindowBits: 15,
  level: 6,
  threshold: 10,
};

const effort = { threshold: 10, level: 6 };

function answer(offers: string, settings: Partial<CompressionSettings> = {}): string | undefined {
  return negotiateDeflate(parseExtensions(offers)!, { ...plain, ...settings })?.response;
}

const pmd = 'permessage-deflate';
const none = { contextTakeover: false };
const answers: [offers: string, response: string | undefined, settings?: object][] = [
  ['permessage-deflate', pmd],
  ['permessage-deflate', `${pmd}; server_no_context_takeover; client_no_context_takeover`, none],
  ['permessage-deflate; server_no_context_takeover', `${pmd}; server_no_context_takeover`],
  ['permessage-deflate; client_no_context_takeover', `${pmd}; client_no_context_takeover`],
  ['permessage-deflate; server_max_window_bits=8', `${pmd}; server_max_window_bits=8`],
  ['permessage-deflate; server_max_window_bits=15', `${pmd}; server_max_window_bits=15`],
  ['permessage-deflate; server_max_window_bits="10"', `${pmd}; server_max_window_bits=10`],
  [
    'permessage-deflate; server_max_window_bits=12',
    `${pmd}; server_max_window_bits=9`,
    { serverMaxWindowBits: 9 },
  ],
  ['permessage-deflate', `${pmd}; server_max_window_bits=9`, { serverMaxWindowBits: 9 }],
  ['permessage-deflate; client_max_window_bits', pmd],
  [
    'permessage-deflate; client_max_window_bits',
    `${pmd}; client_max_window_bits=9`,
    { clientMaxWindowBits: 9 },
  ],
  ['permessage-deflate; client_max_window_bits=15', pmd],
  ['permessage-deflate; client_max_window_bits=10', `${pmd}; client_max_window_bits=10`],
  [
    'permessage-deflate; client_max_window_bits=8',
    `${pmd}; client_max_window_bits=8`,
    { clientMaxWindowBits: 9 },
  ],
  ['permessage-deflate', pmd, { clientMaxWindowBits: 9 }],
  [
    'permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=10; client_max_window_bits=11',
    `${pmd}; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=10; client_max_window_bits=11`,
  ],
  ['x-webkit-deflate-frame, permessage-deflate', pmd],
  [
    'permessage-deflate; unknown, permessage-deflate; server_max_window_bits=9',
    `${pmd}; server_max_window_bits=9`,
  ],
  [
    'permessage-deflate; server_max_window_bits=9, permessage-deflate',
    `${pmd}; server_max_window_bits=9`,
  ],
  ...[
    'permessage-bzip2',
    'Permessage-Deflate',
    'permessage-deflate; unknown',
    'permessage-deflate; unknown=10',
    'permessage-deflate; server_no_context_takeover=1',
    'permessage-deflate; client_no_context_takeover=1',
    'permessage-deflate; server_no_context_takeover; server_no_context_takeover',
    'permessage-deflate; client_max_window_bits; client_max_window_bits=10',
    'permessage-deflate; server_max_window_bits',
    ...['7', '16', '08', '1e1', '-9', '+9', '9.0', '115', '0'].flatMap((value) => [
      `permessage-deflate; server_max_window_bits=${value}`,
      `permessage-deflate; client_max_window_bits=${value}`,
    ]),
  ].map((offer): [string, undefined] => [offer, undefined]),
];
for (const [offers, response, settings] of answers) {
  test(`${offers} ${JSON.stringify(settings ?? {})}: ${response ?? 'declined'}`, () => {
    assert.equal(answer(offers, settings), response);
  });
}

const takeover = {
  serverNoContextTakeover: false,
  clientNoContextTakeover: false,
  serverMaxWindowBits: 15,
  clientMaxWindowBits: 15,
};
const noTakeover = { ...takeover, serverNoContextTakeover: true, clientNoContextTakeover: true };

const words = Buffer.from(
  'all the words of this message occur in it twice: all the words of this message',
);

function inflate(compression: Compression, bytes: Buffer): string {
  const result = compression.inflate(bytes, 0, bytes.length);
  if (Buffer.isBuffer(result)) return result.toString();
  return result === 'later' ? result : result.rule;
}

test('with context takeover the second message is small and depends on the first', () => {
  const sender = new Compression(takeover, 1000, effort);
  const [first, second] = [sender.deflate(words), sender.deflate(words)].map((part) =>
    Buffer.from(part!),
  );
  assert.ok(second!.length < first!.length / 4);
  const receiver = new Compression(takeover, 1000, effort);
  assert.equal(inflate(receiver, first!), words.toString());
  assert.equal(inflate(receiver, second!), words.toString());
  assert.equal(inflate(new Compression(takeover, 1000, effort), second!), 'invalid-deflate-data');
});

test('without context takeover every message is independent', () => {
  const sender = new Compression(noTakeover, 1000, effort);
  const [first, second] = [sender.deflate(words), sender.deflate(words)].map((part) =>
    Buffer.from(part!),
  );
  assert.deepEqual(second, first);
  const receiver = new Compression(noTakeover, 1000, effort);
  assert.equal(inflate(receiver, second!), words.toString());
  assert.equal(inflate(receiver, first!), words.toString());
});

test('the remembered window is as long as negotiated', () => {
  const parameters = { ...takeover, serverMaxWindowBits: 8, clientMaxWindowBits: 8 };
  const sender = new Compression(parameters, 10_000, effort);
  const receiver = new Compression(parameters, 10_000, effort);
  for (const payload of [
    words,
    Buffer.alloc(300, 'x'),
    words,
    words,
    Buffer.alloc(100, 'y'),
    words,
  ]) {
    assert.equal(inflate(receiver, Buffer.from(sender.deflate(payload)!)), payload.toString());
  }
});

test('an empty message leaves the context empty', () => {
  const receiver = new Compression(takeover, 1000, effort);
  assert.equal(inflate(receiver, Buffer.from([0])), '');
  assert.equal(
    inflate(receiver, Buffer.from(new Compression(takeover, 1000, effort).deflate(words)!)),
    words.toString(),
  );
});

test('a message that does not shrink is sent uncompressed and not added to the context', () => {
  const sender = new Compression(takeover, 1000, { threshold: 1, level: 6 });
  assert.equal(sender.deflate(Buffer.from('abc')), undefined);
  const once = sender.deflate(words)!.length;
  assert.equal(
    new Compression(takeover, 1000, { threshold: 1, level: 6 }).deflate(words)!.length,
    once,
  );
});

test('small messages are sent uncompressed, large ones become jobs', () => {
  const compression = new Compression(takeover, 1000, effort);
  const { input } = largestAtOnce;
  assert.deepEqual(
    [9, 10, input, input + 1].map((size) => compression.plan(size)),
    ['not', 'now', 'now', 'later'],
  );
});

test('a message that is large before or after inflating becomes a job', () => {
  const limit = 20_000_000;
  const compression = new Compression(takeover, limit, effort);
  assert.equal(inflate(compression, Buffer.alloc(largestAtOnce.input + 1)), 'later');
  const much = deflateRawSync(Buffer.alloc(largestAtOnce.output + 1), { finishFlush: 2 }).subarray(
    0,
    -4,
  );
  assert.equal(inflate(compression, much), 'later');
  assert.equal(
    inflate(new Compression(takeover, largestAtOnce.output, effort), much),
    'message-too-big',
  );
});

/** Does a job as the owner of the connection would. */
function work(compression: Compression, payload: Buffer): Buffer | Failure {
  const { input, options } = compression.inflateJob(payload);
  const result = inflateRawSync(input, options) as unknown as {
    buffer: Buffer;
    engine: { bytesWritten: number };
  };
  return compression.inflated(payload, result.buffer, result.engine.bytesWritten);
}

test('jobs share the contexts of the connection', () => {
  const sender = new Compression(takeover, 1000, effort);
  const receiver = new Compression(takeover, 1000, effort);
  const job = sender.deflateJob(words);
  const first = sender.deflated(words, deflateRawSync(job.input, job.options))!;
  assert.deepEqual(work(receiver, first), words);
  const second = Buffer.from(sender.deflate(words)!);
  assert.ok(second.length < 20);
  assert.deepEqual(work(receiver, second), words);
  const incompressible = Buffer.from([1, 2, 3]);
  const third = sender.deflateJob(incompressible);
  assert.equal(
    sender.deflated(incompressible, deflateRawSync(third.input, third.options)),
    undefined,
  );
});

test('a job whose stream ends inside the message is completed', () => {
  const streams = Buffer.concat([deflateRawSync(words), deflateRawSync(words), Buffer.from([0])]);
  const limit = words.length * 2;
  assert.deepEqual(
    work(new Compression(takeover, limit, effort), streams),
    Buffer.concat([words, words]),
  );
  const failure = work(new Compression(takeover, limit - 1, effort), streams);
  assert.equal('rule' in failure && failure.rule, 'message-too-big');
});

test('a job that inflates to more than allowed fails', () => {
  const compression = new Compression(takeover, 0, effort);
  const failure = work(
    compression,
    deflateRawSync(Buffer.from('x'), { finishFlush: 2 }).subarray(0, -4),
  );
  assert.equal('rule' in failure && failure.rule, 'message-too-big');
});
