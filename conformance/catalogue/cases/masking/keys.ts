import type { Case } from '../../../format/case.ts';
import { rfc6455 } from '../../../format/document.ts';
import { answered, type ExpectedEvent, echoOf, pongOf } from '../../../format/expectation.ts';
import { hex } from '../../../format/payload.ts';
import { serverOnly } from '../../../format/role.ts';
import {
  binary,
  bytes,
  continuation,
  eachInItsOwnSegment,
  inSegmentsOf,
  ping,
  type Step,
  text,
} from '../../../format/step.ts';
import { writeFrame } from '../../../wire/wire.ts';

/** Every octet differs from its neighbours, so that a key at a wrong place shows. */
const different = Uint8Array.from({ length: 256 }, (_, index) => (index * 7) & 0xff);
const counting = (length: number): Uint8Array => Buffer.alloc(length, different);
const key = Uint8Array.of(0x01, 0x20, 0x40, 0x80);
const sizes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 124, 125, 126, 127, 128];
const largeSizes = [65_534, 65_535, 65_536, 65_537];
const headers = [
  { form: '7', size: 5, header: 6 },
  { form: '16', size: 130, header: 8 },
  { form: '64', size: 65_536, header: 14 },
] as const;

const rule = {
  level: 'must',
  requirement: 'octet i of the payload is the octet received XOR octet i modulo 4 of the key',
  against: serverOnly,
  rule: 'wrong-unmasking',
} as const;

const cutAt = (wire: Uint8Array, at: number): Step =>
  eachInItsOwnSegment(bytes(wire.subarray(0, at)), bytes(wire.subarray(at)));

export const maskingKeys: readonly Case[] = [
  ...(
    [
      ['of-zeros', '00000000', 'zeros'],
      ['of-ones', 'ffffffff', 'ones'],
      ['with-one-octet-first', 'a5000000', 'one octet in the first place'],
      ['with-one-octet-last', '000000a5', 'one octet in the last place'],
      ['of-equal-octets', '5a5a5a5a', 'four equal octets'],
      ['that-looks-like-a-frame', '81858105', 'octets that look like a frame'],
    ] as const
  ).map(
    ([id, mask, what]): Case => ({
      ...rule,
      id: `masking/key-${id}`,
      title: `a message masked with a key of ${what} is echoed`,
      ...rfc6455('5.3'),
      steps: [binary(counting(300), { mask: hex(mask) })],
      expect: answered([echoOf(binary(counting(300)))]),
    }),
  ),
  {
    ...rule,
    id: 'masking/payload-equal-to-the-key',
    title: 'a payload that the mask turns into zeros is echoed',
    ...rfc6455('5.3'),
    steps: [binary(hex('01204080 01204080 01'), { mask: key })],
    expect: answered([echoOf(binary(hex('01204080 01204080 01')))]),
  },
  ...[...sizes, ...largeSizes].map(
    (size): Case => ({
      ...rule,
      id: `masking/payload-of-${size}`,
      title: `a masked payload of ${size} different bytes is echoed`,
      ...rfc6455('5.3'),
      steps: [binary(counting(size), { mask: key })],
      expect: answered([echoOf(binary(counting(size)))]),
    }),
  ),
  ...[1, 2, 3, 5, 7].map(
    (size): Case => ({
      ...rule,
      id: `masking/payload-in-segments-of-${size}`,
      title: `payloads of up to 9 bytes in segments of ${size} are echoed`,
      ...rfc6455('5.3'),
      steps: sizes
        .slice(0, 10)
        .map((length) => inSegmentsOf(size, binary(counting(length), { mask: key }))),
      expect: answered(sizes.slice(0, 10).map((length) => echoOf(binary(counting(length))))),
    }),
  ),
  ...headers.map(({ form, size, header }): Case => {
    const wire = writeFrame({ opcode: 2, payload: counting(size), maskKey: key });
    const borders = Array.from({ length: header + 4 }, (_, index) => index + 1);
    return {
      ...rule,
      id: `masking/cut-at-each-byte-of-a-${form}-bit-header`,
      title: `frames with a ${form}-bit length, cut at each byte of header and key`,
      ...rfc6455('5.3'),
      steps: borders.map((at) => cutAt(wire, at)),
      expect: answered(borders.map((): ExpectedEvent => echoOf(binary(counting(size))))),
    };
  }),
  {
    ...rule,
    id: 'masking/a-key-for-each-frame',
    title: 'each frame is unmasked with its own key',
    ...rfc6455('5.3'),
    requirement: 'a key is valid for its frame only',
    steps: [
      binary(counting(5), { fin: false, mask: key }),
      ping('between', { mask: hex('ff00ff00') }),
      continuation(counting(6), { fin: false, mask: hex('0f0f0f0f') }),
      continuation(counting(7), { mask: hex('00000000') }),
      text('last', { mask: hex('12345678') }),
    ],
    expect: answered([
      pongOf('between'),
      echoOf(binary(Buffer.concat([counting(5), counting(6), counting(7)]))),
      echoOf(text('last')),
    ]),
  },
  {
    ...rule,
    id: 'masking/key-starts-anew-with-each-fragment',
    title: 'the key starts at its first octet in each fragment',
    ...rfc6455('5.3'),
    requirement: 'the index into the key counts from the start of each frame’s payload',
    steps: [1, 2, 3, 1].map((size, index) =>
      (index === 0 ? binary : continuation)(counting(size), { fin: index === 3, mask: key }),
    ),
    expect: answered([echoOf(binary(Buffer.concat([1, 2, 3, 1].map((size) => counting(size)))))]),
  },
  ...[0, 1, 124, 125].map(
    (size): Case => ({
      ...rule,
      id: `masking/ping-of-${size}`,
      title: `a masked ping of ${size} different bytes is answered with the same bytes`,
      ...rfc6455('5.3'),
      steps: [ping(counting(size), { mask: key })],
      expect: answered([pongOf(counting(size))]),
    }),
  ),
  {
    id: 'masking/frames-of-the-server',
    title: 'a server masks no frame of any kind or size',
    level: 'must',
    ...rfc6455('5.1'),
    requirement: 'a server does not mask its frames',
    against: serverOnly,
    rule: 'wrong-masking',
    steps: [text('t'), binary(), ping('p'), binary(counting(126)), binary(counting(65_536))],
    expect: answered([
      echoOf(text('t')),
      echoOf(binary()),
      pongOf('p'),
      echoOf(binary(counting(126))),
      echoOf(binary(counting(65_536))),
    ]),
  },
];
