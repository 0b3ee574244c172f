import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConversation } from '../wire/conversation.ts';
import { TimelineRecorder } from '../wire/timeline.ts';
import { opcodes, writeFrame } from '../wire/wire.ts';
import { unpredictableMasks } from './mask-checks.ts';

/** A generator with a period far above what is asked for, so that the test is the same each time. */
function* random(): Generator<number> {
  let state = 0x2545f491;
  for (;;) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    yield state >>> 0;
  }
}
const source = random();
const keys = Array.from({ length: 300 }, () => source.next().value as number);

function find(maskKeys: readonly number[]) {
  const recorder = new TimelineRecorder('tcp');
  recorder.bytes('client', Buffer.from('GET / HTTP/1.1\r\n\r\n'));
  recorder.bytes(
    'server',
    Buffer.from('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n'),
  );
  for (const key of maskKeys) {
    const maskKey = Buffer.alloc(4);
    maskKey.writeUInt32BE(key);
    recorder.bytes('client', writeFrame({ opcode: opcodes.ping, payload: Buffer.of(1), maskKey }));
  }
  return unpredictableMasks.find(readConversation(recorder.timeline()), 'client');
}

test('random keys cannot be predicted, even if two of them are the same', () => {
  assert.equal(find(keys), undefined);
  assert.equal(find(keys.with(7, keys[8]!)), undefined);
});

const weak: readonly (readonly [what: string, keys: readonly number[], observed: RegExp])[] = [
  ['few keys', keys.slice(0, 199), /^199 masked frames, too few to tell$/],
  ['one key', keys.map(() => keys[0]!), /^1 different keys on 300 frames$/],
  ['keys that repeat', keys.map((_, index) => keys[index % 150]!), /^150 different keys/],
  ['keys that count', keys.map((_, index) => index * 3), /^keys that differ by the same step/],
  [
    'keys with a bit that is never set',
    keys.map((key) => (key & ~1) >>> 0),
    /^bit 31 of the key set in 0/,
  ],
];
for (const [what, maskKeys, observed] of weak) {
  test(`${what} are reported`, () => {
    assert.match(find(maskKeys)!.observed, observed);
  });
}
