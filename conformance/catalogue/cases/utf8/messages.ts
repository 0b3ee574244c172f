import type { Case } from '../../../format/case.ts';
import { rfc6455 } from '../../../format/document.ts';
import { answered, echoOf, failed } from '../../../format/expectation.ts';
import { hex, type Payload } from '../../../format/payload.ts';
import { bothRoles } from '../../../format/role.ts';
import { continuation, eachInItsOwnSegment, message, text } from '../../../format/step.ts';

const mixed = 'Hello-µ@ßöäüàá-UTF-8!!';
const greek = hex('cebae1bdb9cf83cebcceb5');
const beyond = hex('f4908080');
const edited = hex('656469746564');
const surrogate = Buffer.concat([greek, hex('eda080'), edited]);
const invalid = Buffer.concat([greek, beyond, edited]);

function fragments(...payloads: readonly Payload[]) {
  return payloads.map((payload, index) =>
    (index === 0 ? text : continuation)(payload, { fin: index === payloads.length - 1 }),
  );
}

const comesBack = (
  id: string,
  title: string,
  autobahn: string,
  steps: Case['steps'],
  payload: Payload,
): Case => ({
  id: `utf8/${id}`,
  title,
  level: 'must',
  ...rfc6455('8.1'),
  requirement: 'a text message is UTF-8 as a whole; a frame of it may end anywhere',
  against: bothRoles,
  autobahn: [autobahn],
  steps,
  expect: answered([echoOf(text(payload))]),
});

const fails = (
  id: string,
  title: string,
  autobahn: readonly string[],
  steps: Case['steps'],
): Case => ({
  id: `utf8/${id}`,
  title,
  level: 'must',
  ...rfc6455('8.1'),
  requirement: 'text that is not UTF-8 fails the connection',
  against: bothRoles,
  autobahn,
  rule: 'invalid-utf8',
  steps,
  expect: failed(1007),
});

/** RFC 6455 §8.1 asks to fail; when, it does not say, so failing before the end is no MUST. */
const failsFast = (id: string, title: string, autobahn: string, steps: Case['steps']): Case => ({
  ...fails(id, title, [autobahn], steps),
  level: 'should',
  requirement: 'text that can no longer become UTF-8 fails the connection before it is complete',
});

/** Whole but for its last frame, or its last octets, the invalid octets at `at`. */
const cutAt = [
  {
    where: 'at-the-sequence',
    split: [greek.length, greek.length + 4],
    frames: '6.4.1',
    inside: '6.4.3',
  },
  {
    where: 'at-the-octet',
    split: [greek.length + 1, greek.length + 2],
    frames: '6.4.2',
    inside: '6.4.4',
  },
] as const;

export const utf8: readonly Case[] = [
  comesBack('empty', 'an empty text message comes back', '6.1.1', [text('')], ''),
  comesBack(
    'three-empty-fragments',
    'a text message of three empty fragments is echoed empty',
    '6.1.2',
    fragments('', '', ''),
    '',
  ),
  comesBack(
    'between-empty-fragments',
    'text between two empty fragments is echoed',
    '6.1.3',
    fragments('', 'middle frame payload', ''),
    'middle frame payload',
  ),
  comesBack('one-frame', 'text beyond ASCII comes back', '6.2.1', [text(mixed)], mixed),
  comesBack(
    'two-frames',
    'text beyond ASCII in two frames is echoed',
    '6.2.2',
    fragments('Hello-µ@ßöä', 'üàá-UTF-8!!'),
    mixed,
  ),
  comesBack(
    'byte-by-byte',
    'text in frames of one byte, its characters cut, is echoed',
    '6.2.3',
    [message('text', mixed, { fragment: 1 })],
    mixed,
  ),
  comesBack(
    'greek-byte-by-byte',
    'text in Greek in frames of one byte is echoed',
    '6.2.4',
    [message('text', greek, { fragment: 1 })],
    greek,
  ),
  fails(
    'invalid-surrogate',
    'text with a surrogate inside fails the connection',
    ['6.3.1'],
    [text(surrogate)],
  ),
  fails(
    'invalid-surrogate-byte-by-byte',
    'text with a surrogate in frames of one byte fails the connection',
    ['6.3.2'],
    [message('text', surrogate, { fragment: 1 })],
  ),
  ...cutAt.flatMap(({ where, split: [start, end], frames, inside }): Case[] => {
    const parts = [
      invalid.subarray(0, start),
      invalid.subarray(start, end),
      invalid.subarray(end),
    ] as const;
    const bad = fragments(...parts);
    const oneFrame = text(invalid, { fin: false });
    return [
      fails(
        `invalid-fragment-${where}`,
        `text with an invalid fragment, cut ${where.replaceAll('-', ' ')}, fails the connection`,
        [frames],
        [eachInItsOwnSegment(...bad)],
      ),
      failsFast(
        `fails-fast-between-frames-${where}`,
        'an invalid fragment fails the connection before the last one comes',
        frames,
        [eachInItsOwnSegment(...bad.slice(0, 2))],
      ),
      fails(
        `invalid-frame-${where}`,
        `an invalid frame of an unfinished message, cut ${where.replaceAll('-', ' ')}, fails it`,
        [inside],
        [eachInItsOwnSegment(oneFrame, continuation(''))],
      ),
      failsFast(
        `fails-fast-inside-a-frame-${where}`,
        'invalid octets fail the connection before their frame is whole',
        inside,
        [{ ...oneFrame, cut: { payload: end } }],
      ),
    ];
  }),
];
