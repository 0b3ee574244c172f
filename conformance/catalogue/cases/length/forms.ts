import type { Case } from '../../../format/case.ts';
import { rfc6455 } from '../../../format/document.ts';
import { failed, pending } from '../../../format/expectation.ts';
import { fill } from '../../../format/payload.ts';
import { bothRoles } from '../../../format/role.ts';
import {
  binary,
  close,
  continuation,
  frame,
  type Item,
  ping,
  pong,
  text,
} from '../../../format/step.ts';
import type { LengthForm } from '../../../wire/wire.ts';
import { asPower } from '../../parts/amounts.ts';

type Make = (payload: string, lengthForm: LengthForm) => readonly Item[];

const kinds: readonly (readonly [kind: string, what: string, Make])[] = [
  ['text', 'a text frame', (payload, lengthForm) => [text(payload, { lengthForm })]],
  ['binary', 'a binary frame', (payload, lengthForm) => [binary(payload, { lengthForm })]],
  [
    'continuation',
    'a continuation',
    (payload, lengthForm) => [text('', { fin: false }), continuation(payload, { lengthForm })],
  ],
  ['ping', 'a ping', (payload, lengthForm) => [ping(payload, { lengthForm })]],
  ['pong', 'a pong', (payload, lengthForm) => [pong(payload, { lengthForm })]],
];

/** What a length of more than 64 KiB is declared with, and never comes. */
const declared = [
  ['2-to-the-31-less-1', 2n ** 31n - 1n],
  ['2-to-the-31', 2n ** 31n],
  ['2-to-the-32-less-1', 2n ** 32n - 1n],
  ['2-to-the-32', 2n ** 32n],
  ['2-to-the-32-and-5', 2n ** 32n + 5n],
  ['2-to-the-40-and-5', 2n ** 40n + 5n],
  ['2-to-the-53-less-1', 2n ** 53n - 1n],
  ['2-to-the-53', 2n ** 53n],
  ['2-to-the-53-and-1', 2n ** 53n + 1n],
  ['2-to-the-62', 2n ** 62n],
  ['2-to-the-63-less-1', 2n ** 63n - 1n],
] as const;
const beyond = [
  ['2-to-the-63', 2n ** 63n],
  ['2-to-the-63-and-5', 2n ** 63n + 5n],
  ['2-to-the-64-less-1', 2n ** 64n - 1n],
] as const;

const minimal = {
  level: 'should',
  requirement:
    'a length is written in the shortest form that fits; what comes is validated (§10.7)',
  against: bothRoles,
  rule: 'non-minimal-length',
} as const;

export const lengthForms: readonly Case[] = [
  ...kinds.flatMap(([kind, what, make]) =>
    ([16, 64] as const).flatMap((form) =>
      [0, 125].map(
        (size): Case => ({
          ...minimal,
          id: `length/${kind}-of-${size}-in-${form}-bits`,
          title: `${what} with a ${form}-bit length of ${size} fails the connection`,
          ...rfc6455('5.2'),
          steps: make('*'.repeat(size), form),
          expect: failed(1002),
        }),
      ),
    ),
  ),
  ...([16, 64] as const).map(
    (lengthForm): Case => ({
      ...minimal,
      id: `length/close-in-${lengthForm}-bits`,
      title: `a Close with a ${lengthForm}-bit length fails the connection`,
      ...rfc6455('5.2'),
      steps: [close(1000, '', { lengthForm })],
      expect: failed(1002),
    }),
  ),
  ...(['text', 'binary'] as const).flatMap((kind) =>
    [126, 65_535].map(
      (size): Case => ({
        ...minimal,
        id: `length/${kind}-of-${size}-in-64-bits`,
        title: `a ${kind} frame with a 64-bit length of ${size} fails the connection`,
        ...rfc6455('5.2'),
        steps: [(kind === 'text' ? text : binary)(fill('*', size), { lengthForm: 64 })],
        expect: failed(1002),
      }),
    ),
  ),
  ...(['ping', 'pong', 'close'] as const).flatMap((kind) =>
    (
      [
        ['126', 126n, 16],
        ['65535', 65_535n, 16],
        ['65536', 65_536n, 64],
        ['2-to-the-32-and-5', 2n ** 32n + 5n, 64],
        ['2-to-the-63-less-1', 2n ** 63n - 1n, 64],
      ] as const
    ).map(
      ([id, declaredLength, lengthForm]): Case => ({
        id: `length/${kind}-that-declares-${id}`,
        title: `a ${kind} that declares ${asPower(id)} bytes fails the connection`,
        level: 'should',
        ...rfc6455('5.5'),
        requirement: 'a control frame of more than 125 bytes fails at its header, not at its end',
        against: bothRoles,
        tags: ['CVE-2026-15711'],
        rule: 'control-frame-too-long',
        steps: [
          frame({ ping: 9, pong: 10, close: 8 }[kind], 'hello', { declaredLength, lengthForm }),
        ],
        expect: failed([1002, 1009]),
      }),
    ),
  ),
  ...(['text', 'binary'] as const).flatMap((kind) =>
    declared.map(
      ([id, declaredLength]): Case => ({
        id: `length/${kind}-that-declares-${id}`,
        title: `5 bytes of a ${kind} frame of ${asPower(id)} are not a message`,
        level: 'must',
        ...rfc6455('5.2'),
        requirement:
          'all 63 bits of the length count: the frame is complete only after all of its bytes',
        against: bothRoles,
        tags: ['CVE-2026-1528', 'CVE-2025-32049'],
        rule: 'length-truncated',
        steps: [(kind === 'text' ? text : binary)('hello', { declaredLength })],
        expect: pending([1009, 1008, 1002, 1003, 1011]),
      }),
    ),
  ),
  ...(['text', 'binary'] as const).flatMap((kind) =>
    beyond.map(
      ([id, declaredLength]): Case => ({
        id: `length/${kind}-that-declares-${id}`,
        title: `a ${kind} frame of ${asPower(id)} bytes fails the connection`,
        level: 'should',
        ...rfc6455('5.2'),
        requirement: 'the highest bit of a 64-bit length is 0; no frame of such a length can end',
        against: bothRoles,
        tags: ['CVE-2026-1528', 'CVE-2020-13935'],
        rule: 'length-out-of-range',
        steps: [(kind === 'text' ? text : binary)('hello', { declaredLength })],
        expect: failed([1002, 1009]),
      }),
    ),
  ),
  {
    id: 'length/fragments-that-overflow-together',
    title: 'two fragments whose lengths overflow 63 bits together are not a message',
    level: 'must',
    ...rfc6455('5.2'),
    requirement: 'the lengths of fragments add up; no counter overflows over them',
    against: bothRoles,
    tags: ['CVE-2020-27813'],
    rule: 'length-truncated',
    steps: [
      binary('hello', { fin: false }),
      continuation('hello', { declaredLength: 2n ** 63n - 1n }),
    ],
    expect: pending([1009, 1008, 1002, 1003, 1011]),
  },
];
