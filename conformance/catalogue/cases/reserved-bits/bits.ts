import type { Case } from '../../../format/case.ts';
import { rfc6455 } from '../../../format/document.ts';
import { echoOf, failed, optional } from '../../../format/expectation.ts';
import { hex } from '../../../format/payload.ts';
import { bothRoles } from '../../../format/role.ts';
import {
  binary,
  close,
  eachInItsOwnSegment,
  type FrameOptions,
  type Item,
  inSegmentsOf,
  ping,
  type Step,
  text,
} from '../../../format/step.ts';

const hello = text('Hello, world!');

/** The three bits as one number: RSV1 counts 4, RSV2 counts 2, RSV3 counts 1. */
const reserved = (bits: number): FrameOptions => ({
  rsv1: (bits & 4) !== 0,
  rsv2: (bits & 2) !== 0,
  rsv3: (bits & 1) !== 0,
});

const nameOf = (bits: number) =>
  [1, 2, 3].filter((index) => bits & (8 >> index)).map((index) => `rsv${index}`);

function bitsSet(
  bits: number,
  autobahn: string | undefined,
  kind: string,
  steps: readonly Step[],
  expect = failed(1002),
): Case {
  const names = nameOf(bits);
  return {
    id: `reserved-bits/${names.join('-')}-on-${kind.replaceAll(' ', '-')}`,
    title: `${names.join(', ').toUpperCase()} on a ${kind} frame fails the connection`,
    level: 'must',
    ...rfc6455('5.2'),
    requirement: 'a reserved bit without a meaning from an extension fails the connection',
    against: bothRoles,
    ...(autobahn && { autobahn: [autobahn] }),
    rule: 'reserved-bit',
    steps,
    expect,
  };
}

/** A good message first, the bad one after it, and a ping that must not be answered any more. */
function behindAMessage(bits: number): readonly [Item, Item, Item] {
  return [hello, text('Hello, world!', reserved(bits)), ping()];
}
/** Whether what came before still gets its echo is not said; nothing after it does. */
const perhapsTheFirstEcho = failed(1002, { events: [optional(echoOf(hello))] });

export const reservedBits: readonly Case[] = [
  bitsSet(1, '3.1', 'text', [text('Hello, world!', reserved(1))]),
  bitsSet(2, '3.2', 'text', behindAMessage(2), perhapsTheFirstEcho),
  bitsSet(3, '3.3', 'text', [eachInItsOwnSegment(...behindAMessage(3))], perhapsTheFirstEcho),
  bitsSet(4, '3.4', 'text', [inSegmentsOf(1, ...behindAMessage(4))], perhapsTheFirstEcho),
  bitsSet(5, '3.5', 'binary', [binary(hex('00 ff fe fd fc fb 00 ff'), reserved(5))]),
  bitsSet(6, '3.6', 'binary', [binary('Hello, world!', reserved(6))]),
  bitsSet(6, undefined, 'ping', [ping('Hello, world!', reserved(6))]),
  bitsSet(7, undefined, 'text', [text('Hello, world!', reserved(7))]),
  bitsSet(7, '3.7', 'close', [close(undefined, '', reserved(7))]),
  // An answer with 1000 shows that the bits went unseen; an empty Close leaves that in doubt.
  bitsSet(4, undefined, 'close', [close(1000, '', reserved(4))]),
  bitsSet(2, undefined, 'close', [close(1000, '', reserved(2))]),
  bitsSet(1, undefined, 'close', [close(1000, '', reserved(1))]),
];
