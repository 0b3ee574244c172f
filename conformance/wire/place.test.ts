import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readHead } from './http-head.ts';
import type { ObservedFrame } from './messages.ts';
import { placeOf, placeOfHead, placeOfHeader } from './place.ts';
import { FrameReader, opcodes, writeFrame } from './wire.ts';

const lines = ['GET / HTTP/1.1', 'Host: a', 'Upgrade: x', 'upgrade: y', 'Upgrade: x', '', ''];
const head = readHead(Buffer.from(lines.join('\r\n')), 'request', 10);
/** Of the first octet of that line. */
const offsetOf = (line: number) =>
  10 + lines.slice(0, line).reduce((sum, { length }) => sum + length + 2, 0);

test('the place of a frame is its header and its payload', () => {
  const bytes = writeFrame({ opcode: opcodes.text, payload: Buffer.from('abc') });
  const [frame] = new FrameReader(7).push(bytes);
  const observed = Object.assign(frame!, { from: 'server', at: 0 }) as ObservedFrame;
  assert.deepEqual(placeOf(observed), { from: 'server', offset: 7, length: 5 });
});

test('the place of a head is all of it', () => {
  const { length } = head;
  assert.deepEqual(placeOfHead(head, 'client'), { from: 'client', offset: 10, length });
});

test('the place of a header is its last line, whatever the case of its name', () => {
  assert.deepEqual(placeOfHeader(head, 'client', 'UPGRADE'), {
    ...{ from: 'client', offset: offsetOf(4), length: 'Upgrade: x'.length + 2 },
  });
});

test('the place of a bad header is the last line that is bad, or the last one', () => {
  const offset = (isBad: (value: string) => boolean) =>
    placeOfHeader(head, 'client', 'Upgrade', ({ value }) => isBad(value)).offset;
  assert.equal(
    offset((value) => value === 'y'),
    offsetOf(3),
  );
  assert.equal(
    offset(() => false),
    offsetOf(4),
  );
});

test('the place of a header that is missing is the whole head', () => {
  assert.deepEqual(placeOfHeader(head, 'server', 'Origin'), placeOfHead(head, 'server'));
});
