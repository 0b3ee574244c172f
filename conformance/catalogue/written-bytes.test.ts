/** Every case writes what its data contains, on either side, and no cut is past the end of its frame. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesOf } from '../format/payload.ts';
import { sideOf } from '../format/role.ts';
import { seededBytes } from '../format/seed.ts';
import { type FrameItem, type Item, itemsOf, type Step } from '../format/step.ts';
import { ItemWriter } from '../play/writer.ts';
import { MessageDeflater } from '../wire/deflate.ts';
import { otherSide, type Side } from '../wire/timeline.ts';
import { minimalLengthForm, opcodes } from '../wire/wire.ts';
import { catalogue } from './catalogue.ts';

/** One conversation that a case has the peer hold as `side`. */
interface Held {
  readonly id: string;
  readonly side: Side;
  readonly steps: readonly Step[];
}

const held: readonly Held[] = catalogue().flatMap(({ id, against, steps, before = [] }) =>
  against.flatMap((role) =>
    [steps, ...before.map((prelude) => prelude.steps)].map((all) => ({
      id,
      side: otherSide(sideOf(role)),
      steps: all,
    })),
  ),
);

function written(side: Side, items: readonly Item[]): Buffer[] {
  const writer = new ItemWriter(side, seededBytes('written', side));
  writer.deflater = new MessageDeflater(15, true);
  return writer.write(items).map((bytes) => Buffer.from(bytes));
}

const isFrame = (item: Item): item is FrameItem => item.kind === 'frame';

/** Every frame of every conversation that some option makes different from the plain one. */
const framesWith = (option: keyof FrameItem) =>
  held.flatMap(({ id, side, steps }) =>
    itemsOf(steps)
      .filter(isFrame)
      .filter((item) => item[option] !== undefined)
      .map((item) => ({ id: `${id} as ${side}`, side, item })),
  );

test('a frame that is cut is cut, in the same place for either side', () => {
  const frames = framesWith('cut');
  assert.ok(frames.length > 20, `${frames.length} frames are cut`);
  for (const { id, side, item } of frames) {
    const { cut: _, ...whole } = item;
    const [cutBytes] = written(side, [item]);
    const [wholeBytes] = written(side, [whole]);
    assert.ok(cutBytes!.length < wholeBytes!.length, `${id}: the frame is whole`);
    // After the second byte a client has its key where a server has its payload.
    if (typeof item.cut === 'number' && item.cut > 2) {
      assert.equal(side, 'client', `${id}: a cut inside the payload is counted from its start`);
    }
  }
});

test('a cut inside a masking key is after the length and before the payload', () => {
  const inKeys = held.filter(({ id }) => id.endsWith('inside-a-key'));
  assert.ok(inKeys.length >= 2);
  for (const { id, side, steps } of inKeys) {
    const cut = itemsOf(steps).find((item) => isFrame(item) && item.cut !== undefined);
    if (!cut) continue;
    const [bytes] = written(side, [cut]);
    assert.ok(bytes!.length > 2 && bytes!.length < 6, `${id} as ${side}`);
  }
});

test('a frame cannot be written as if it were cut after its end', () => {
  const item = { kind: 'frame', opcode: 1, payload: 'late', cut: 7 } as const;
  assert.equal(written('client', [item])[0]!.length, 7);
  assert.throws(() => written('server', [item]), /a frame of 6 bytes is not cut after 7/);
  assert.throws(
    () => written('server', [{ ...item, cut: { payload: 4 } }]),
    /a frame of 6 bytes is not cut after 6/,
  );
});

test('what is sent in segments takes more than one of them', () => {
  // A limit case only paces what it sends by them, and says nothing of them.
  for (const { id, side, steps } of held.filter(({ id }) => !id.startsWith('limits/'))) {
    const cut = steps.filter((step) => step.kind === 'segments');
    const sizes = cut.map(({ of, items }) => {
      const chunks = items.map((item) => Buffer.concat(written(side, [item])).length);
      if (of !== 'each') return chunks.reduce((sum, length) => sum + length, 0) / of;
      assert.ok(!chunks.includes(0), `${id} as ${side}: a segment without a byte`);
      return Number.POSITIVE_INFINITY;
    });
    // Where a case sends several, a small one may fit a segment.
    assert.ok(sizes.length === 0 || Math.max(...sizes) > 1, `${id} as ${side}: all fit a segment`);
  }
});

test('what is sent in fragments takes more than one frame', () => {
  for (const { id, side, steps } of held) {
    for (const item of itemsOf(steps)) {
      if (item.kind !== 'message' || item.fragment === undefined || item.deflate) continue;
      assert.ok(written(side, [item]).length > 1, `${id} as ${side}: one frame holds it`);
    }
  }
});

test('a length that is declared is not the length of what is sent', () => {
  for (const { id, item } of framesWith('declaredLength')) {
    assert.notEqual(item.declaredLength, BigInt(bytesOf(item.payload).length), id);
  }
});

test('a masking that is asked for is not the one that the side has anyway', () => {
  for (const { id, side, item } of framesWith('mask')) {
    if (item.mask === 'none') assert.equal(side, 'client', id);
  }
});

test('a length form that is asked for is not the minimal one', () => {
  const forms = framesWith('lengthForm').filter(({ item }) => item.declaredLength === undefined);
  assert.ok(forms.length > 0);
  for (const { id, item } of forms) {
    const length = BigInt(bytesOf(item.payload).length);
    assert.notEqual(item.lengthForm, minimalLengthForm(length), id);
  }
});

/** A target that loses what it reads together with a ping has accepted none of it. */
test('what has to fail the connection is not written together with a valid ping', () => {
  const isPlainPing = (step: Step | undefined) =>
    step?.kind === 'frame' &&
    step.opcode === opcodes.ping &&
    Object.keys(step).every((key) => ['kind', 'opcode', 'payload'].includes(key));
  const failing = catalogue().filter(({ expect }) => expect.ending.kind === 'failed');
  const provoked = failing.filter(({ steps }) =>
    steps.some((step, index) => isPlainPing(steps[index - 1]) && step.kind !== 'await'),
  );
  assert.deepEqual(
    provoked.map(({ id }) => id),
    [],
  );
});
