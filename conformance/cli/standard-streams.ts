/**
 * Standard output and error, whose readers may leave early, as `head` does, and whose disks may be
 * full. The first is no fault and ends nothing; the second is told.
 */

import { redactMessage } from '../redaction/redact-text.ts';
import { forTerminalLines } from '../untrusted/inert.ts';

let readerLeft = false;
let failure: Error | undefined;

/** Without a listener, a write that fails would end the process, and lose a run. */
export function watchStandardStreams(): void {
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') readerLeft = true;
    else failure ??= error;
  });
}

/** Lines on standard error, where all that is no report goes; inert, and without secrets. */
export function say(text: string): void {
  process.stderr.write(`${forTerminalLines(redactMessage(text))}\n`);
}

/** @throws {Error} where it cannot be written, though there is a reader */
export function writeOut(content: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(content, (error?: NodeJS.ErrnoException | null) => {
      if (!error || readerLeft || error.code === 'EPIPE') resolve();
      else reject(error);
    });
  });
}

/** Resolves when all is written, with a sentence where it could not be. */
export function standardOutputEnds(): Promise<string | undefined> {
  return new Promise((resolve) => {
    const tell = () => resolve(failure && `cannot write standard output: ${failure.message}`);
    // A stream tells its errors a turn after its callbacks.
    process.stdout.write('', () => setImmediate(tell));
  });
}
