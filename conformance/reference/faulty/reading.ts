/** Wrong about how frames are read: masks, lengths, segments (RFC 6455 §5.2, §5.3). */
import { applyMask, type ReadFrame } from '../../wire/wire.ts';
import { closeBody, correct, type FaultyPeer, without } from '../behaviour.ts';

/** Takes the mask off again, then unmasks like this: octet i with octet `place(i)` of the key. */
const unmasking =
  (place: (index: number, length: number) => number | undefined, keyOf = ownKey) =>
  (frame: ReadFrame): Uint8Array => {
    const payload = Uint8Array.from(frame.payload);
    if (!frame.maskKey) return payload;
    applyMask(payload, frame.maskKey);
    const key = keyOf(frame.maskKey);
    return payload.map((octet, index) => {
      const at = place(index, payload.length);
      return at === undefined ? octet : octet ^ key[at & 3]!;
    });
  };

const ownKey = (key: Uint8Array) => key;

/** The key of the first frame for all of them. */
function firstKey() {
  let first: Uint8Array | undefined;
  return (key: Uint8Array) => {
    first ??= key;
    return first;
  };
}

export const reading: readonly FaultyPeer[] = [
  {
    name: 'accepts unmasked frames',
    behaviour: { header: without(correct.header, 'masking') },
    fails: [
      'masking/unmasked-*text*',
      'masking/unmasked-binary-*',
      'masking/unmasked-first-*',
      'masking/unmasked-*ping-*',
      'masking/unmasked-pong-*',
      'masking/unmasked-continuation',
      'masking/unmasked-before-*',
      'masking/unmasked-in-*',
    ],
  },
  {
    name: 'swallows unmasked frames',
    behaviour: { header: { ...correct.header, masking: () => undefined }, echo: () => [] },
    fails: ['masking/unmasked-text-first', 'masking/unmasked-pong-first'],
  },
  {
    name: 'never unmasks',
    behaviour: { unmask: unmasking(() => undefined) },
    fails: [
      'masking/key-of-ones',
      'masking/key-of-equal-octets',
      'masking/key-with-*',
      'masking/key-that-*',
      'masking/key-starts-*',
      ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((digit) => `masking/payload-of-${digit}*`),
      'masking/payload-equal-*',
      'masking/payload-in-*',
      'masking/cut-at-*',
      'masking/ping-of-1*',
    ],
  },
  {
    name: 'takes a mask that changes nothing for none',
    behaviour: {
      header: {
        ...correct.header,
        masking: ({ maskKey, declaredLength }) =>
          declaredLength === 0n || maskKey?.every((octet) => octet === 0) ? 1002 : undefined,
      },
    },
    asClient: false,
    fails: ['masking/key-of-zeros', 'masking/payload-of-0', 'masking/ping-of-0'],
  },
  {
    name: 'starts the key at its second octet',
    behaviour: { unmask: unmasking((index) => index + 1) },
    fails: ['masking/payload-of-1*', 'masking/payload-of-6*', 'masking/ping-of-125'],
  },
  {
    name: 'unmasks whole words only',
    behaviour: {
      unmask: unmasking((index, length) => (index < length - (length % 4) ? index : undefined)),
    },
    fails: ['masking/payload-of-5', 'masking/payload-of-126', 'masking/payload-of-65537'],
  },
  {
    name: 'unmasks the first 65,535 bytes only',
    behaviour: { unmask: unmasking((index) => (index < 65_535 ? index : undefined)) },
    fails: ['masking/payload-of-65536', 'masking/payload-of-65537'],
  },
  {
    name: 'unmasks everything with the first key',
    behaviour: { unmask: unmasking((index) => index, firstKey()) },
    fails: ['masking/a-key-for-each-frame'],
  },
  {
    name: 'reads each segment by itself',
    behaviour: { segments: 'read apart' },
    fails: [
      'masking/payload-in-segments-of-*',
      'masking/cut-at-*',
      'segments/every-kind-in-segments-of-*',
      'segments/one-*-byte-by-byte',
      'segments/bad-frame-byte-by-byte',
      'segments/messages-that-end-with-segments',
      'utf8-split/valid-in-segments-of-*',
      'fragmentation/100-fragments-byte-by-byte',
    ],
  },
  {
    name: 'reads one frame of each segment',
    behaviour: { segments: 'read up to one frame' },
    fails: ['segments/every-kind-in-one', 'segments/fi*-in-one', 'segments/alternating-types'],
  },
  {
    name: 'accepts lengths that are not minimal',
    behaviour: { header: without(correct.header, 'minimalLength') },
    fails: ['length/*-bits'],
  },
  {
    name: 'waits for control frames of any length',
    behaviour: { header: without(correct.header, 'controlLength', 'maximum', 'minimalLength') },
    fails: ['length/ping-that-*', 'length/pong-that-*', 'length/close-that-*'],
  },
  {
    name: 'takes a length of 64 bits',
    behaviour: { header: without(correct.header, 'sixtyThreeBits', 'maximum') },
    fails: [
      'length/*-that-declares-2-to-the-63',
      'length/*-that-declares-2-to-the-63-and-5',
      'length/*-that-declares-2-to-the-64-less-1',
    ],
  },
  {
    name: 'reads the lower 32 bits of a length',
    behaviour: { header: without(correct.header, 'sixtyThreeBits', 'maximum'), lengthBits: 32 },
    fails: [
      'length/text-that-declares-2-to-the-32',
      'length/text-that-declares-2-to-the-40-and-5',
      'length/binary-that-declares-2-to-the-32-and-5',
      'length/text-that-declares-2-to-the-53',
      'length/text-that-declares-2-to-the-53-and-1',
      'length/text-that-declares-2-to-the-62',
    ],
  },
  {
    name: 'closes with 1000 when a frame is large',
    behaviour: {
      header: {
        ...correct.header,
        maximum: ({ declaredLength }) => (declaredLength > 1_000_000n ? 1000 : undefined),
      },
      fail: (code) => closeBody(code),
    },
    fails: [
      'length/text-that-declares-2-to-the-3*',
      'length/text-that-declares-2-to-the-53-less-1',
      'length/text-that-declares-2-to-the-63-less-1',
      'length/binary-that-declares-2-to-the-3*',
      'length/binary-that-declares-2-to-the-4*',
      'length/binary-that-declares-2-to-the-5*',
      'length/binary-that-declares-2-to-the-62',
      'length/binary-that-declares-2-to-the-63-less-1',
      'length/fragments-that-overflow-together',
    ],
  },
];
