/**
 * Every limit of the server in one table: unit, range, default and the reason for it. Everything
 * that a peer can make grow has a row here (RFC 6455 §10.4).
 */

import type { CompressionSettings } from '../protocol/deflate.ts';

/** A row of `limitTable`. */
export interface Limit {
  readonly unit: string;
  readonly default: number;
  readonly least: number;
  readonly most: number;
  readonly reason: string;
}

const KiB = 1024;
const MiB = 1024 * KiB;
const mostMilliseconds = 2 ** 31 - 1;

/** Unit, range, default and reason of every limit. */
export const limitTable = {
  maxHeadBytes: {
    unit: 'bytes',
    default: 16 * KiB,
    least: 128,
    most: MiB,
    reason: 'request head: what node:http allows; cookies rarely need more',
  },
  maxHeaders: {
    unit: 'header lines',
    default: 100,
    least: 5,
    most: 10_000,
    reason: 'browsers send about 15',
  },
  maxTargetBytes: {
    unit: 'bytes',
    default: 8 * KiB,
    least: 1,
    most: MiB,
    reason: 'request target: the length that RFC 9112 §3 asks every recipient to support',
  },
  handshakeTimeout: {
    unit: 'milliseconds',
    default: 10_000,
    least: 1,
    most: mostMilliseconds,
    reason: 'from the TCP connection to the end of the request head: a slow mobile link needs 3 s',
  },
  maxMessageBytes: {
    unit: 'bytes',
    default: 16 * MiB,
    least: 0,
    most: 2 ** 31 - 1,
    reason: 'one message, after inflating; a message is held in memory whole',
  },
  maxInflations: {
    unit: 'messages',
    default: 2,
    least: 1,
    most: 2 ** 31 - 1,
    reason: 'large messages inflated at once, over all connections: each may take maxMessageBytes',
  },
  maxFragments: {
    unit: 'frames',
    default: 128 * KiB,
    least: 1,
    most: 2 ** 31 - 1,
    reason: 'of one message: 4 MiB in pieces of 64 bytes is still allowed',
  },
  highWaterMark: {
    unit: 'bytes',
    default: MiB,
    least: 1,
    most: 2 ** 31 - 1,
    reason: 'outgoing bytes from which `send` returns false and reading from the peer pauses',
  },
  maxBufferedBytes: {
    unit: 'bytes',
    default: 64 * MiB,
    least: 1,
    most: 2 ** 40,
    reason:
      'outgoing bytes at which the connection of a peer that does not read is closed: a few messages',
  },
  maxQueuedPongs: {
    unit: 'frames',
    default: 16_384,
    least: 1,
    most: 2 ** 31 - 1,
    reason: 'pongs that a peer has not read: one read of 64 KiB may hold 10,922 pings',
  },
  maxQueuedMessages: {
    unit: 'messages',
    default: 1024,
    least: 1,
    most: 2 ** 31 - 1,
    reason: 'received while an iterating reader is busy; then reading from the peer pauses',
  },
  stallTimeout: {
    unit: 'milliseconds',
    default: 30_000,
    least: 1,
    most: mostMilliseconds,
    reason: 'for a peer that reads nothing while `highWaterMark` bytes or more wait for it',
  },
  idleTimeout: {
    unit: 'milliseconds',
    default: 120_000,
    least: 0,
    most: mostMilliseconds,
    reason: 'without a byte from the peer; it is pinged at half of it; 0 disables both',
  },
  closeTimeout: {
    unit: 'milliseconds',
    default: 5_000,
    least: 1,
    most: mostMilliseconds,
    reason: 'from our Close frame to the end of the TCP connection: several round trips',
  },
  maxConnections: {
    unit: 'connections',
    default: 65_536,
    least: 1,
    most: 2 ** 31 - 1,
    reason: 'about 300 MiB when all are idle',
  },
  maxConnectionsPerAddress: {
    unit: 'connections',
    default: 65_536,
    least: 1,
    most: 2 ** 31 - 1,
    reason: 'as many as in total: behind a proxy all come from one address',
  },
} as const satisfies Record<string, Limit>;

/** See `limitTable` for units, ranges, defaults and reasons. */
export type Limits = { readonly [Name in keyof typeof limitTable]: number };

/** The limits in effect. Throws a RangeError that names the option, its range and the value. */
export function readLimits(options: Partial<Limits>): Limits {
  const limits: Record<string, number> = {};
  for (const [name, limit] of Object.entries(limitTable)) {
    const value: unknown = options[name as keyof Limits];
    if (value === undefined) {
      limits[name] = limit.default;
      continue;
    }
    const { least, most, unit } = limit;
    if (!Number.isInteger(value) || (value as number) < least || (value as number) > most) {
      throw new RangeError(
        `Option ${name} must be a whole number of ${unit} from ${least} to ${most}; got ${String(value)}.`,
      );
    }
    limits[name] = value as number;
  }
  const { highWaterMark, maxBufferedBytes } = limits as Limits;
  if (highWaterMark > maxBufferedBytes) {
    throw new RangeError(
      `Option highWaterMark must not exceed maxBufferedBytes, which is ${maxBufferedBytes}; got ${highWaterMark}.`,
    );
  }
  return limits as Limits;
}

/** How messages are compressed; see `CompressionSettings`. */
export type CompressionOption = boolean | Partial<CompressionSettings>;

const compressionTable = {
  serverMaxWindowBits: { least: 8, most: 15, default: 15 },
  clientMaxWindowBits: { least: 8, most: 15, default: 15 },
  // On 16 KiB of JSON or prose, 3 leaves 5 % more than zlib's default 6, in little over half the time.
  level: { least: 1, most: 9, default: 3 },
  // A smaller message fits into one packet anyway, and the work is saved.
  threshold: { least: 0, most: 2 ** 31 - 1, default: 512 },
} as const;

/** The settings in effect; undefined when nothing is compressed. Throws like `readLimits`. */
export function readCompression(
  option: CompressionOption = false,
): CompressionSettings | undefined {
  if (option === false) return undefined;
  const given = option === true ? {} : option;
  if (typeof given !== 'object' || given === null) {
    throw new TypeError(
      `Option compression must be true, false or settings; got ${String(given)}.`,
    );
  }
  const { contextTakeover = false, ...numbers } = given;
  if (typeof contextTakeover !== 'boolean') {
    throw new TypeError(
      `Option compression.contextTakeover must be true or false; got ${String(contextTakeover)}.`,
    );
  }
  for (const name of Object.keys(numbers)) {
    if (!Object.hasOwn(compressionTable, name)) {
      const names = ['contextTakeover', ...Object.keys(compressionTable)].join(', ');
      throw new TypeError(`There is no option compression.${name}. There are: ${names}.`);
    }
  }
  const settings: Record<string, number> = {};
  for (const [name, { least, most, ...row }] of Object.entries(compressionTable)) {
    const value: unknown = numbers[name as keyof typeof numbers] ?? row.default;
    if (!Number.isInteger(value) || (value as number) < least || (value as number) > most) {
      throw new RangeError(
        `Option compression.${name} must be a whole number from ${least} to ${most}; got ${String(value)}.`,
      );
    }
    settings[name] = value as number;
  }
  return { contextTakeover, ...settings } as CompressionSettings;
}
