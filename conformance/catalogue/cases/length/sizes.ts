import type { Case } from '../../../format/case.ts';
import { rfc6455 } from '../../../format/document.ts';
import { answered, echoOf } from '../../../format/expectation.ts';
import { fill } from '../../../format/payload.ts';
import { bothRoles } from '../../../format/role.ts';
import { binary, inSegmentsOf, text } from '../../../format/step.ts';
import { inBytes } from '../../parts/amounts.ts';

/** Both sides of each border between the three forms of the length field, and their neighbours. */
const sizes: readonly (readonly [size: number, autobahn?: string])[] = [
  [0, '1'],
  [1],
  [124],
  [125, '2'],
  [126, '3'],
  [127, '4'],
  [128, '5'],
  [65_535, '6'],
  [65_536, '7'],
  [65_537],
];

const types = [
  { name: 'text', make: text, pattern: '*', group: '1.1' },
  { name: 'binary', make: binary, pattern: Uint8Array.of(0xfe), group: '1.2' },
] as const;

export const payloadLength: readonly Case[] = types.flatMap(
  ({ name, make, pattern, group }): Case[] => [
    ...sizes.map(([size, index]): Case => {
      const message = make(fill(pattern, size));
      return {
        id: `length/${name}-of-${size}`,
        title: `a ${name} message of ${inBytes(size)} is echoed`,
        level: 'must',
        ...rfc6455('5.2'),
        requirement:
          'the length is read from the field that fits it: 7, 16 or 64 bits, in network byte order',
        against: bothRoles,
        ...(index && { autobahn: [`${group}.${index}`] }),
        steps: [message],
        expect: answered([echoOf(message)]),
      };
    }),
    {
      id: `length/${name}-of-65536-in-segments`,
      title: `a ${name} frame that arrives 997 bytes at a time is echoed`,
      level: 'must',
      ...rfc6455('5.2'),
      requirement: 'the length determines a frame, in any segmentation',
      against: bothRoles,
      autobahn: [`${group}.8`],
      steps: [inSegmentsOf(997, make(fill(pattern, 65_536)))],
      expect: answered([echoOf(make(fill(pattern, 65_536)))]),
    },
  ],
);
