import type { Case } from '../../../format/case.ts';
import { rfc6455 } from '../../../format/document.ts';
import { answered, echoOf, failed, optional, pongOf } from '../../../format/expectation.ts';
import { fill } from '../../../format/payload.ts';
import { bothRoles } from '../../../format/role.ts';
import {
  awaits,
  binary,
  continuation,
  type FrameItem,
  inSegmentsOf,
  ping,
  pong,
  text,
} from '../../../format/step.ts';
import { inBytes } from '../../parts/amounts.ts';

const opened = { fin: false } as const;

/** A message of `count` fragments that all carry `payload`. */
function fragments(make: typeof text, payload: string, count: number): FrameItem[] {
  const middle = Array.from({ length: count - 2 }, () => continuation(payload, opened));
  return [make(payload, opened), ...middle, continuation(payload)];
}

const empties: readonly (readonly [id: string, readonly [string, string, string]])[] = [
  ['first', ['', 'two', 'three']],
  ['middle', ['one', '', 'three']],
  ['last', ['one', 'two', '']],
  ['every', ['', '', '']],
];

const rule = {
  level: 'must',
  requirement: 'a message is the concatenation of its fragments, whatever their number and size',
  against: bothRoles,
} as const;

export const manyFragments: readonly Case[] = [
  ...(['text', 'binary'] as const).flatMap((type) =>
    empties.map(([id, [one, two, three]]): Case => {
      const make = type === 'text' ? text : binary;
      return {
        ...rule,
        id: `fragmentation/${type}-with-${id}-fragment-empty`,
        title: `a ${type} message whose ${id} fragment is empty is echoed`,
        ...rfc6455('5.4'),
        steps: [make(one, opened), continuation(two, opened), continuation(three)],
        expect: answered([echoOf(make(one + two + three))]),
      };
    }),
  ),
  ...(
    [
      ['2000-fragments-of-1', 'x', 2000],
      ['1000-empty-fragments', '', 1000],
      ['500-fragments-of-125', 'y'.repeat(125), 500],
      ['300-fragments-of-126', 'z'.repeat(126), 300],
    ] as const
  ).map(
    ([id, payload, count]): Case => ({
      ...rule,
      id: `fragmentation/${id}`,
      title: `a message of ${count} fragments of ${inBytes(payload.length)} is echoed`,
      ...rfc6455('5.4'),
      steps: fragments(text, payload, count),
      expect: answered([echoOf(text(payload.repeat(count)))]),
    }),
  ),
  {
    ...rule,
    id: 'fragmentation/100-fragments-byte-by-byte',
    title: 'a message of 100 fragments in segments of one byte is echoed',
    ...rfc6455('5.4'),
    steps: [inSegmentsOf(1, ...fragments(binary, 'ab', 100))],
    expect: answered([echoOf(binary('ab'.repeat(100)))]),
  },
  {
    ...rule,
    id: 'fragmentation/growing-fragments',
    title: 'a message whose fragments grow from 0 to 200 bytes is echoed',
    ...rfc6455('5.4'),
    steps: Array.from({ length: 201 }, (_, size) =>
      (size === 0 ? text : continuation)('g'.repeat(size), { fin: size === 200 }),
    ),
    expect: answered([echoOf(text(fill('g', 20_100)))]),
  },
  {
    ...rule,
    id: 'fragmentation/one-message-after-another',
    title: 'fifty fragmented messages in one segment are echoed one by one',
    ...rfc6455('5.4'),
    steps: Array.from({ length: 50 }, (_, nth) => [
      (nth % 2 === 0 ? text : binary)(`first of ${nth}, `, opened),
      continuation('last'),
    ]).flat(),
    expect: answered(
      Array.from({ length: 50 }, (_, nth) =>
        echoOf((nth % 2 === 0 ? text : binary)(`first of ${nth}, last`)),
      ),
    ),
  },
  {
    ...rule,
    id: 'fragmentation/control-frames-between-all-fragments',
    title: 'pings and pongs between all fragments of a message do not disturb it',
    ...rfc6455('5.4'),
    requirement: 'control frames may come between the fragments of a message and are handled',
    steps: Array.from({ length: 50 }, (_, nth) => [
      (nth === 0 ? text : continuation)(`${nth} `, { fin: nth === 49 }),
      ...(nth === 49 ? [] : [ping(`${nth}`), pong(`${nth}`)]),
    ]).flat(),
    expect: answered([
      ...Array.from({ length: 49 }, (_, nth) =>
        nth === 48 ? pongOf(`${nth}`) : optional(pongOf(`${nth}`)),
      ),
      echoOf(text(Array.from({ length: 50 }, (_, nth) => `${nth} `).join(''))),
    ]),
  },
  {
    ...rule,
    id: 'fragmentation/continuation-after-a-fragmented-message',
    title: 'a continuation after a finished fragmented message fails the connection',
    ...rfc6455('5.4'),
    requirement: 'a continuation continues a message that is not finished',
    rule: 'unexpected-continuation',
    steps: [...fragments(text, 'x', 3), continuation('more')],
    expect: failed(1002, { events: [optional(echoOf(text('xxx')))] }),
  },
  {
    ...rule,
    id: 'fragmentation/continuation-after-a-ping',
    title: 'a continuation after only a ping fails the connection',
    ...rfc6455('5.4'),
    requirement: 'a continuation continues a message; a control frame starts none',
    rule: 'unexpected-continuation',
    // Read on its own: a target that loses what it reads together with a ping accepts nothing.
    steps: [ping('p'), awaits('pong'), continuation('more')],
    expect: failed(1002, { events: [pongOf('p')] }),
  },
  ...[0, 1, 3].map(
    (length): Case => ({
      ...rule,
      id: `fragmentation/starts-with-a-part-of-${length}`,
      title: `a continuation of ${inBytes(length)} as the very first frame fails the connection`,
      ...rfc6455('5.4'),
      requirement: 'a continuation continues a message that is not finished',
      rule: 'unexpected-continuation',
      alive: 'untested',
      steps: [continuation('x'.repeat(length))],
      expect: failed(1002),
    }),
  ),
];
