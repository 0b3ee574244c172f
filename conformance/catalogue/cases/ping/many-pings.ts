import type { Case } from '../../../format/case.ts';
import { rfc6455 } from '../../../format/document.ts';
import {
  answered,
  type ExpectedEvent,
  echoOf,
  optional,
  pongOf,
} from '../../../format/expectation.ts';
import { fill, hex } from '../../../format/payload.ts';
import { bothRoles } from '../../../format/role.ts';
import {
  binary,
  continuation,
  eachInItsOwnSegment,
  inSegmentsOf,
  ping,
  resumeReading,
  stopReading,
  text,
} from '../../../format/step.ts';

const names = (count: number) => Array.from({ length: count }, (_, nth) => `ping ${nth}`);

/** RFC 6455 §5.5.3: where pings wait for their pongs, answering the last one is enough. */
const pongsTo = (payloads: readonly string[]): ExpectedEvent[] =>
  payloads.map((payload, nth) =>
    nth === payloads.length - 1 ? pongOf(payload) : optional(pongOf(payload)),
  );

const perhaps = (payloads: readonly string[]) => payloads.map((name) => optional(pongOf(name)));

const rule = {
  level: 'must',
  requirement: 'a ping is answered with a pong of the same payload; older ones may stay unanswered',
  against: bothRoles,
  judges: ['pong'],
} as const;

const large = binary(fill(hex('00 01 02 fd fe ff'), 512 * 1024));

export const manyPings: readonly Case[] = [
  {
    ...rule,
    level: 'should',
    ...rfc6455('5.5.3'),
    requirement: 'of many pings, a pong for the last one is enough',
    id: 'ping/two-hundred-in-one-segment',
    title: 'of two hundred pings in one segment at least the last is answered',
    steps: names(200).map((name) => ping(name)),
    expect: answered(pongsTo(names(200))),
  },
  {
    ...rule,
    id: 'ping/fifty-in-separate-segments',
    title: 'of fifty pings in separate segments at least the last is answered',
    ...rfc6455('5.5.2'),
    steps: [eachInItsOwnSegment(...names(50).map((name) => ping(name)))],
    expect: answered(pongsTo(names(50))),
  },
  ...[0, 42, 84].map((first): Case => {
    const payloads = Array.from({ length: 42 }, (_, index) => 'p'.repeat(first + index));
    return {
      ...rule,
      id: `ping/of-lengths-${first}-to-${first + 41}`,
      title: `of pings of ${first} to ${first + 41} bytes at least the last is answered`,
      ...rfc6455('5.5.2'),
      steps: payloads.map((payload) => ping(payload)),
      expect: answered(pongsTo(payloads)),
    };
  }),
  {
    ...rule,
    id: 'ping/inside-a-large-message',
    title: 'pings between the fragments of a message of 512 KiB are answered before its echo',
    ...rfc6455('5.5.2'),
    steps: Array.from({ length: 8 }, (_, nth) => [
      (nth === 0 ? text : continuation)(fill('*', 64 * 1024), { fin: nth === 7 }),
      ...(nth === 7 ? [] : [ping(`ping ${nth}`)]),
    ]).flat(),
    expect: answered([...pongsTo(names(7)), echoOf(text(fill('*', 512 * 1024)))]),
  },
  {
    ...rule,
    id: 'ping/while-the-peer-does-not-read',
    title: 'pings that come while their peer does not read are answered once it does',
    ...rfc6455('5.5.2'),
    steps: [stopReading, large, ...names(50).map((name) => ping(name)), resumeReading],
    // A pong may overtake a message that waits to be sent.
    expect: answered([...perhaps(names(50)), echoOf(large), ...perhaps(names(50))], {
      checks: [{ kind: 'pingAnswered', payload: 'ping 49' }],
    }),
  },
  ...(
    [
      ['that-is-no-text', hex('ff fe 80 c0'), 'octets that are no text'],
      ['that-looks-like-a-frame', hex('81 05 48 65 6c 6c 6f'), 'octets that look like a frame'],
      ['of-zeros', hex('00 00 00 00'), 'zeros'],
    ] as const
  ).map(
    ([id, payload, what]): Case => ({
      ...rule,
      id: `ping/with-a-payload-${id}`,
      title: `a ping that carries ${what} is answered with the same`,
      ...rfc6455('5.5.2'),
      steps: [ping(payload)],
      expect: answered([pongOf(payload)]),
    }),
  ),
  ...[2, 3, 6, 7].map(
    (size): Case => ({
      ...rule,
      id: `ping/in-segments-of-${size}-inside-a-message`,
      title: `a ping in segments of ${size} bytes between two fragments is answered`,
      ...rfc6455('5.5.2'),
      steps: [
        inSegmentsOf(size, text('one ', { fin: false }), ping('between'), continuation('two')),
      ],
      expect: answered([pongOf('between'), echoOf(text('one two'))]),
    }),
  ),
];
