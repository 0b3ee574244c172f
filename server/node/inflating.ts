// Inflating a large message in zlib's threads, as it would hold up everybody else.
import { inflateRaw } from 'node:zlib';
import type { Compression } from '../protocol/deflate.ts';
import { inflateFailure } from '../protocol/raw-deflate.ts';
import type { Failure } from '../protocol/violations.ts';

/** With the option `info`, zlib's result is this; its types do not say so. */
interface Inflated {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

export function inflateInThread(
  compression: Compression,
  payload: Buffer,
  done: (result: Buffer | Failure) => void,
): void {
  const { input, options } = compression.inflateJob(payload);
  inflateRaw(input, options, (error, result) => {
    if (error !== null) {
      done(inflateFailure(error));
      return;
    }
    const { buffer, engine } = result as unknown as Inflated;
    done(compression.inflated(payload, buffer, engine.bytesWritten));
  });
}
