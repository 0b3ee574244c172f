/**
 * Text whose characters are cut by fragments and segments; what is invalid is invalid across the
 * cut.
 */

import type { Case } from '../../format/case.ts';
import { rfc6455 } from '../../format/document.ts';
import { answered, echoOf, failed, pongOf } from '../../format/expectation.ts';
import { hex } from '../../format/payload.ts';
import { bothRoles } from '../../format/role.ts';
import { binary, continuation, inSegmentsOf, ping, text } from '../../format/step.ts';
import { inBytes } from '../parts/amounts.ts';

/** Characters of 1, 2, 3 and 4 octets. */
const mixed = Buffer.from('aé€😀z');
const opened = { fin: false } as const;

/** Octets that are no UTF-8, cut where nothing before the cut is wrong yet. */
const broken: readonly (readonly [id: string, what: string, before: string, after: string])[] = [
  ['c3-41', 'a start of two octets, then a letter', 'c3', '41'],
  ['e2-41', 'a start of three octets, then a letter', 'e2', '41'],
  ['e282-41', 'two octets of three, then a letter', 'e282', '41'],
  ['f0-41', 'a start of four octets, then a letter', 'f0', '41'],
  ['f09f-41', 'two octets of four, then a letter', 'f09f', '41'],
  ['f09f98-41', 'three octets of four, then a letter', 'f09f98', '41'],
  ['c3-c3', 'a start, then another start', 'c3', 'c3a9'],
  ['e2-e2', 'a start of three, then another', 'e2', 'e282ac'],
  ['e0-80', 'an overlong form of three octets', 'e0', '8080'],
  ['e0-9f', 'the longest overlong form of three', 'e0', '9fbf'],
  ['ed-a0', 'a surrogate', 'ed', 'a080'],
  ['ed-bf', 'the last surrogate', 'ed', 'bfbf'],
  ['f0-80', 'an overlong form of four octets', 'f0', '808080'],
  ['f0-8f', 'the longest overlong form of four', 'f0', '8fbfbf'],
  ['f4-90', 'a character beyond the last', 'f4', '908080'],
  ['a-80', 'a letter, then a lone continuation', '61', '80'],
  ['eacute-80', 'a character, then a continuation too many', 'c3a9', '80'],
  ['a-ff', 'a letter, then an octet that never stands', '61', 'ff'],
];

/** One of each way to be wrong is enough to see whether a target looks before the end. */
const failsFast = ['c3-41', 'e282-41', 'f09f98-41', 'e0-80', 'ed-a0', 'f4-90', 'a-80', 'a-ff'];

const rule = {
  level: 'must',
  requirement: 'a text message is UTF-8 as a whole, wherever fragments and segments cut it',
  against: bothRoles,
  rule: 'invalid-utf8',
} as const;

export const utf8Split: readonly Case[] = [
  ...Array.from({ length: mixed.length - 1 }, (_, index) => index + 1).flatMap((at): Case[] => [
    {
      ...rule,
      id: `utf8-split/valid-in-two-fragments-at-${at}`,
      title: `text cut into fragments after octet ${at} is echoed`,
      ...rfc6455('8.1'),
      steps: [text(mixed.subarray(0, at), opened), continuation(mixed.subarray(at))],
      expect: answered([echoOf(text(mixed))]),
    },
    {
      ...rule,
      id: `utf8-split/valid-in-two-fragments-at-${at}-around-a-ping`,
      title: `text cut into fragments after octet ${at} with a ping between is echoed`,
      ...rfc6455('8.1'),
      steps: [
        text(mixed.subarray(0, at), opened),
        ping('between'),
        continuation(mixed.subarray(at)),
      ],
      expect: answered([pongOf('between'), echoOf(text(mixed))]),
    },
  ]),
  ...[1, 2, 3, 4].map(
    (size): Case => ({
      ...rule,
      id: `utf8-split/valid-in-segments-of-${size}`,
      title: `characters of all lengths in segments of ${inBytes(size)} are echoed`,
      ...rfc6455('8.1'),
      steps: [inSegmentsOf(size, text(mixed), text(mixed), text(mixed))],
      expect: answered([echoOf(text(mixed)), echoOf(text(mixed)), echoOf(text(mixed))]),
    }),
  ),
  {
    ...rule,
    id: 'utf8-split/valid-with-empty-fragments-inside-a-character',
    title: 'empty fragments inside a character do not disturb it',
    ...rfc6455('8.1'),
    steps: [
      text(hex('f0'), opened),
      continuation('', opened),
      continuation(hex('9f98'), opened),
      continuation('', opened),
      continuation(hex('80')),
    ],
    expect: answered([echoOf(text('😀'))]),
  },
  {
    ...rule,
    id: 'utf8-split/character-over-two-messages',
    title: 'a character cannot continue in the next message',
    ...rfc6455('8.1'),
    requirement: 'each text message is UTF-8 by itself',
    steps: [text(hex('c3')), text(hex('a9'))],
    expect: failed(1007),
  },
  ...broken.map(
    ([id, what, before, after]): Case => ({
      ...rule,
      id: `utf8-split/invalid-${id}`,
      title: `${what}, in two fragments, fails`,
      ...rfc6455('8.1'),
      steps: [text(hex(before), opened), continuation(hex(after))],
      expect: failed(1007),
    }),
  ),
  ...broken.map(
    ([id, what, before, after]): Case => ({
      ...rule,
      id: `utf8-split/invalid-${id}-byte-by-byte`,
      title: `${what}, in segments of one byte, fails`,
      ...rfc6455('8.1'),
      steps: [inSegmentsOf(1, text(hex(before + after)))],
      expect: failed(1007),
    }),
  ),
  ...broken
    .filter(([id]) => failsFast.includes(id))
    .map(
      ([id, what, before, after]): Case => ({
        ...rule,
        id: `utf8-split/fails-fast-${id}`,
        title: `${what}: fails before the message is complete`,
        level: 'should',
        ...rfc6455('8.1'),
        requirement: 'text that cannot become UTF-8 any more fails the connection at once',
        steps: [text(hex(before), opened), continuation(hex(after), opened)],
        expect: failed(1007),
      }),
    ),
  ...(['c3', 'e2', 'e282', 'f0', 'f09f', 'f09f98'] as const).map(
    (octets): Case => ({
      ...rule,
      id: `utf8-split/cut-${octets}-before-an-empty-fragment`,
      title: `a character cut after ${octets} and ended by an empty fragment fails`,
      ...rfc6455('8.1'),
      steps: [text(hex(octets), opened), continuation('')],
      expect: failed(1007),
    }),
  ),
  {
    id: 'utf8-split/binary-is-not-text',
    title: 'octets that are not UTF-8 are echoed in a binary message',
    level: 'must',
    ...rfc6455('5.6'),
    requirement: 'a binary message carries any octets; nothing looks into them',
    against: bothRoles,
    steps: [
      binary(hex('c3'), opened),
      continuation(hex('41 ff fe'), opened),
      continuation(hex('ed a0 80')),
    ],
    expect: answered([echoOf(binary(hex('c3 41 ff fe ed a0 80')))]),
  },
];
