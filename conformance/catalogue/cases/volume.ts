import type { Case, Volume } from '../../format/case.ts';
import { rfc6455 } from '../../format/document.ts';
import { answeredOrTooBig, echoOf } from '../../format/expectation.ts';
import { fill, hex, type Payload } from '../../format/payload.ts';
import { bothRoles } from '../../format/role.ts';
import { awaits, inSegmentsOf, message } from '../../format/step.ts';

const KiB = 1024;
const MiB = 1024 * KiB;

/** `256-bytes`, `16-kib`, `4-mib` */
function sizeName(size: number): string {
  if (size >= MiB) return `${size / MiB}-mib`;
  return size >= KiB ? `${size / KiB}-kib` : `${size}-bytes`;
}

interface Kind {
  readonly type: 'text' | 'binary';
  readonly pattern: string | Uint8Array;
  readonly groups: {
    readonly whole: string;
    readonly fragments: string;
    readonly segments: string;
    readonly turns: string;
  };
}

const kinds: readonly Kind[] = [
  {
    type: 'text',
    pattern: 'BAsd7&jh23',
    groups: { whole: '9.1', fragments: '9.3', segments: '9.5', turns: '9.7' },
  },
  {
    type: 'binary',
    pattern: hex('00fe23faf0'),
    groups: { whole: '9.2', fragments: '9.4', segments: '9.6', turns: '9.8' },
  },
];

const wholeSizes = [64 * KiB, 256 * KiB, MiB, 4 * MiB, 8 * MiB, 16 * MiB];
const fragmentSizes = [64, 256, KiB, 4 * KiB, 16 * KiB, 64 * KiB, 256 * KiB, MiB, 4 * MiB];
const segmentSizes = [64, 128, 256, 512, 1024, 2048];
const turnSizes = [0, 16, 64, 256, 1024, 4096];

const wholeAgain = 'a message of any size that is accepted at all is delivered whole';
const fragmentsJoined = 'a message is the payloads of its frames, joined in order';

function large({ type, pattern, groups }: Kind, volume: Volume): Case[] {
  const full = volume === 'full';
  const whole = (size: number, index: number): Case => {
    const payload = fill(pattern, size);
    return {
      id: `volume/${type}-of-${sizeName(size)}`,
      title: `a ${type} message of ${sizeName(size).replace('-', ' ')} is echoed`,
      level: 'must',
      ...rfc6455('5.6'),
      requirement: wholeAgain,
      against: bothRoles,
      observationTimeout,
      autobahn: [`${groups.whole}.${index + 1}`],
      steps: [message(type, payload)],
      expect: answeredOrTooBig([echo(type, payload)]),
    };
  };
  // Four fragments and 64 KiB meet every edge that 4 MiB do; `full` sends what Autobahn sends.
  const inFragments = (fragment: number, index: number): Case => {
    const size = full ? 4 * MiB : Math.min(4 * MiB, Math.max(64 * KiB, 4 * fragment));
    const payload = fill(pattern, size);
    return {
      id: `volume/${type}-in-fragments-of-${sizeName(fragment)}`,
      title: `a ${type} message in fragments of ${sizeName(fragment).replace('-', ' ')} is echoed`,
      level: 'must',
      ...rfc6455('5.4'),
      requirement: fragmentsJoined,
      against: bothRoles,
      observationTimeout,
      autobahn: [`${groups.fragments}.${index + 1}`],
      steps: [message(type, payload, fragment < size ? { fragment } : {})],
      expect: answeredOrTooBig([echo(type, payload)]),
    };
  };
  const inSegments = (segment: number, index: number): Case => {
    const payload = fill(pattern, full ? MiB : 64 * KiB);
    return {
      id: `volume/${type}-in-segments-of-${segment}-bytes`,
      title: `a ${type} message that arrives ${segment} bytes at a time is echoed`,
      level: 'must',
      ...rfc6455('5.6'),
      requirement: 'the length determines a frame, in any segmentation',
      against: bothRoles,
      autobahn: [`${groups.segments}.${index + 1}`],
      steps: [inSegmentsOf(segment, message(type, payload))],
      expect: answeredOrTooBig([echo(type, payload)]),
    };
  };
  const inTurns = (size: number, index: number): Case => {
    const times = full ? 1000 : 32;
    const payload = fill(pattern, size);
    return {
      id: `volume/${type}-messages-of-${size}-bytes-in-turn`,
      title: `${type} messages of ${size} bytes are echoed in turn`,
      level: 'must',
      ...rfc6455('5.6'),
      requirement: 'each message is delivered, in the order in which they were sent',
      against: bothRoles,
      autobahn: [`${groups.turns}.${index + 1}`],
      steps: Array.from({ length: times }, () => [
        message(type, payload),
        awaits('message'),
      ]).flat(),
      expect: answeredOrTooBig(Array.from({ length: times }, () => echo(type, payload))),
    };
  };
  return [
    ...wholeSizes.map(whole),
    ...fragmentSizes.map(inFragments),
    ...segmentSizes.map(inSegments),
    ...turnSizes.map(inTurns),
  ];
}

/** Megabytes there and back, on a machine that has other things to do. */
const observationTimeout = 20_000;

const echo = (type: 'text' | 'binary', payload: Payload) => echoOf(message(type, payload));

export const volume = (asked: Volume): readonly Case[] =>
  kinds.flatMap((kind) => large(kind, asked));
