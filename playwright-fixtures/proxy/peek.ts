/** Looks at what a stream begins with, and leaves it there for the next reader. */
import { once } from 'node:events';
import type { Readable } from 'node:stream';

/**
 * Reads until `decide` knows, and puts back what was read.
 * @param decide gets everything so far; undefined asks for more
 * @returns undefined if the stream ended first
 */
export async function peek<Decision>(
  stream: Readable,
  decide: (bytes: Buffer) => Decision | undefined,
): Promise<Decision | undefined> {
  let read: Buffer = Buffer.alloc(0);
  for (;;) {
    const bytes: Buffer | null = stream.read();
    if (bytes !== null) {
      read = Buffer.concat([read, bytes]);
      const decision = decide(read);
      if (decision === undefined) continue;
      stream.unshift(read);
      return decision;
    }
    if (stream.readableEnded || stream.destroyed) return undefined;
    const over = new AbortController();
    try {
      await Promise.race(
        ['readable', 'end', 'close'].map((event) => once(stream, event, { signal: over.signal })),
      );
    } catch {
      return undefined;
    } finally {
      over.abort();
    }
  }
}
