/** The grid of sizes and fragments in which both compression topics send their messages. */

import type { Volume } from '../../format/case.ts';
import type { DataFile } from '../../format/data.ts';
import { answered, type Expectation, echoOf } from '../../format/expectation.ts';
import type { Payload } from '../../format/payload.ts';
import { awaits, message, type Step } from '../../format/step.ts';

export interface Cell {
  /** Octets of each message. */
  readonly size: number;
  /** Octets of compressed payload per frame; one frame where absent. */
  readonly fragment?: number;
}

/** In the order of Autobahn's numbers, 1 to 18. */
export const cells: readonly Cell[] = [
  ...[16, 64, 256, 1024, 4096, 8192, 16_384, 32_768, 65_536, 131_072].map((size) => ({ size })),
  ...[8192, 16_384, 32_768, 65_536, 131_072].map((size) => ({ size, fragment: 256 })),
  ...[1024, 4096, 32_768].map((fragment) => ({ size: 131_072, fragment })),
];

/** `16384-bytes`, `131072-bytes-in-frames-of-256` */
export function cellName({ size, fragment }: Cell): string {
  return `${size}-bytes${fragment === undefined ? '' : `-in-frames-of-${fragment}`}`;
}

const isText: Readonly<Record<DataFile, boolean>> = {
  json: true,
  html: true,
  prose: false,
  bitmap: false,
  archive: false,
};

/** Compressed messages, each sent when the one before has come back; they go on through the file. */
export function inTurn(
  file: DataFile,
  { size, fragment }: Cell,
  volume: Volume,
): { readonly steps: readonly Step[]; readonly expect: Expectation } {
  const type = isText[file] ? 'text' : 'binary';
  const payloads = Array.from(
    { length: timesOf(size, volume) },
    (_, index): Payload => ({
      excerpt: file,
      start: index * size,
      length: size,
    }),
  );
  const messages = payloads.map((payload) =>
    message(type, payload, { deflate: true, ...(fragment !== undefined && { fragment }) }),
  );
  return {
    steps: messages.flatMap((sent) => [sent, awaits('message')]),
    expect: answered(messages.map(echoOf)),
  };
}

/** As many as it takes to fill a window and to slide on, where that takes no more than a few. */
function timesOf(size: number, volume: Volume): number {
  if (volume === 'full') return 1000;
  if (size >= 32_768) return 3;
  if (size >= 4096) return 5;
  return size >= 256 ? 12 : 32;
}
