/** Inflates a large message in a thread of zlib, since it would hold up every other connection. */
import { inflateRaw } from 'node:zlib';
import type { Compression } from '../protocol/deflate.ts';
import { inflateFailure } from '../protocol/raw-deflate.ts';
import type { Failure } from '../protocol/violations.ts';

/** With the option `info`, zlib returns this; its types do not include it. */
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
