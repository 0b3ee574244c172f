/**
 * Random, mostly valid streams in random pieces: the core never throws, gives the same events
 * however the bytes are split, gives the events of the slow decoder, and is silent after its end.
 * `FUZZ_RUNS` sets the number of runs; a failure prints the seed that repeats it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { clientFrame, handshake } from '../testing/client.ts';
import {
  converse,
  describeEvent,
  opened,
  limits as plainLimits,
  sharedByNobody,
} from '../testing/conversation.ts';
import { slowDecode } from '../testing/slow-decoder.ts';
import { Connection } from './connection.ts';

const numRuns = Number(process.env.FUZZ_RUNS ?? 400);
const limits = { maxMessageBytes: 400, maxFragments: 5 };

const characters = fc.constantFrom('a', 'z', 'é', '€', '😀', '\u{10ffff}', '\ud7ff', '\0');
const validText = fc.array(characters, { maxLength: 60 }).map((all) => Buffer.from(all.join('')));
const anyBytes = fc.uint8Array({ maxLength: 140 }).map((bytes) => Buffer.from(bytes));
const mask = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255));

/** One whole message, split into fragments, perhaps with a control frame between them. */
const message = fc
  .record({
    opcode: fc.constantFrom(1, 2),
    payload: validText,
    cuts: fc.array(fc.nat(200), { maxLength: 4 }),
    mask,
    between: fc.option(
      fc.record({ opcode: fc.constantFrom(9, 10), payload: fc.uint8Array({ maxLength: 20 }) }),
    ),
  })
  .map(({ opcode, payload, cuts, mask: key, between }) => {
    const at = [...new Set(cuts.map((cut) => cut % (payload.length + 1)))].sort((a, b) => a - b);
    const ends = [...at, payload.length];
    return Buffer.concat(
      ends.flatMap((end, i) => {
        const piece = payload.subarray(ends[i - 1] ?? 0, end);
        const fin = i === ends.length - 1;
        const frame = clientFrame(i === 0 ? opcode : 0, piece, { fin, mask: key });
        return between && !fin ? [frame, clientFrame(between.opcode, between.payload)] : [frame];
      }),
    );
  });

/** One frame of any shape, legal or not. */
const anyFrame = fc
  .record({
    opcode: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(0, 1, 2, 9, 10) },
      { weight: 1, arbitrary: fc.nat(15) },
    ),
    payload: fc.oneof(validText, anyBytes),
    fin: fc.oneof(
      { weight: 3, arbitrary: fc.constant(true) },
      { weight: 1, arbitrary: fc.constant(false) },
    ),
    rsv: fc.oneof({ weight: 15, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(7) }),
    mask: fc.oneof({ weight: 15, arbitrary: mask }, { weight: 1, arbitrary: fc.constant(null) }),
    lengthBytes: fc.option(fc.constantFrom(2 as const, 8 as const), { nil: undefined, freq: 12 }),
    declaredLength: fc.option(fc.bigInt(0n, 2n ** 64n - 1n), { nil: undefined, freq: 20 }),
  })
  .map(({ opcode, payload, lengthBytes, declaredLength, ...shape }) =>
    clientFrame(opcode, payload, {
      ...shape,
      ...(lengthBytes === undefined ? {} : { lengthBytes }),
      ...(declaredLength === undefined ? {} : { declaredLength, lengthBytes: 8 as const }),
    }),
  );

const closeFrame = fc
  .record({
    code: fc.oneof(fc.constantFrom(1000, 1001, 3000, 4999), fc.nat(65535)),
    reason: fc.oneof(validText, anyBytes),
  })
  .map(({ code, reason }) =>
    clientFrame(8, Buffer.concat([Buffer.from([code >> 8, code & 255]), reason.subarray(0, 120)])),
  );

const frames = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: message },
    { weight: 3, arbitrary: anyFrame },
    { weight: 1, arbitrary: closeFrame },
  ),
  { maxLength: 8 },
);

/** Bytes changed, removed or inserted at random places. */
const mutations = fc.array(
  fc.record({
    at: fc.nat(2000),
    kind: fc.constantFrom('change', 'drop', 'insert'),
    byte: fc.nat(255),
  }),
  { maxLength: 3 },
);

const stream = fc
  .tuple(
    frames,
    fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: mutations }),
  )
  .map(([parts, changes]) => {
    const bytes = Array.from(Buffer.concat(parts));
    for (const { at, kind, byte } of changes) {
      const place = at % (bytes.length + 1);
      if (kind === 'insert') bytes.splice(place, 0, byte);
      else if (kind === 'drop') bytes.splice(place, 1);
      else if (place < bytes.length) bytes[place] = byte;
    }
    return Buffer.from(bytes);
  });

const pieces = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 20 });

/** The events of a stream delivered in pieces of these sizes, repeated. */
function play(bytes: Buffer, sizes: readonly number[]): { events: string[]; sent: string[] } {
  const connection = opened(limits);
  const events: string[] = [];
  const sent: string[] = [];
  for (let at = 0, i = 0; at < bytes.length; i += 1) {
    const size = sizes[i % sizes.length]!;
    const result = converse(connection, bytes.subarray(at, at + size));
    events.push(...result.events);
    sent.push(...result.sent);
    at += size;
  }
  return { events, sent };
}

test('the events are the same in one piece, in any pieces, and from the slow decoder', () => {
  fc.assert(
    fc.property(stream, pieces, (bytes, sizes) => {
      const whole = play(bytes, [Math.max(bytes.length, 1)]);
      assert.deepEqual(play(bytes, sizes), whole);
      assert.deepEqual(whole.events, slowDecode(bytes, limits));
      // A ping is answered once; a Close or a failure is answered once and ends everything.
      const ends = whole.events.findIndex((event) => /^(close|failed) /.test(event));
      assert.ok(ends === -1 || ends === whole.events.length - 1);
      const pings = whole.events.filter((event) => event.startsWith('ping')).length;
      assert.equal(whole.sent.length, pings + (ends === -1 ? 0 : 1));
    }),
    { numRuns },
  );
});

test('bytes that are not HTTP never throw and are refused at most once', () => {
  const nearly = fc.tuple(fc.constant(handshake()), mutations).map(([request, changes]) => {
    const bytes = Array.from(Buffer.from(request));
    for (const { at, byte } of changes) bytes[at % bytes.length] = byte;
    return Buffer.from(bytes);
  });
  fc.assert(
    fc.property(fc.oneof(nearly, anyBytes), pieces, (bytes, sizes) => {
      const read = (cut: readonly number[]): string[] => {
        const connection = new Connection(sharedByNobody(plainLimits));
        const events: string[] = [];
        for (let at = 0, i = 0; at < bytes.length; i += 1) {
          const size = cut[i % cut.length]!;
          connection.receive(Buffer.from(bytes.subarray(at, at + size)));
          for (let event = connection.next(); event !== undefined; event = connection.next()) {
            events.push(describeEvent(event));
          }
          at += size;
        }
        return events;
      };
      const whole = read([bytes.length]);
      assert.ok(whole.length <= 1);
      assert.deepEqual(read(sizes), whole);
    }),
    { numRuns },
  );
});
