/**
 * Standard output and error, whose readers may close early, as `head` does, and whose disks may be
 * full. The first is not an error; the second is reported.
 */

import { redactMessage } from '../redaction/redact-text.ts';
import { forTerminalLines } from '../untrusted/inert.ts';

let readerLeft = false;
let failure: Error | undefined;

/** Without a listener, a failed write would end the process and lose a run. */
export function watchStandardStreams(): void {
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') readerLeft = true;
    else failure ??= error;
  });
}

/** Lines on standard error, for everything but reports; inert, and without secrets. */
export function say(text: string): void {
  process.stderr.write(`${forTerminalLines(redactMessage(text))}\n`);
}

/** @throws {Error} when it cannot be written although there is a reader */
export function writeOut(content: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(content, (error?: NodeJS.ErrnoException | null) => {
      if (!error || readerLeft || error.code === 'EPIPE') resolve();
      else reject(error);
    });
  });
}

/** Resolves when everything is written, with a message if that failed. */
export function standardOutputEnds(): Promise<string | undefined> {
  return new Promise((resolve) => {
    const settle = () => resolve(failure && `cannot write standard output: ${failure.message}`);
    // A stream reports errors one turn after its callbacks.
    process.stdout.write('', () => setImmediate(settle));
  });
}
