/** Text files named on the command line: written by users, their shells, or an attacker. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const chunk = 1024 * 1024;

/**
 * As UTF-8, without a byte order mark.
 * @param most bytes; a longer file is not read
 * @throws {Error} of the file system, or with a sentence when it is not text, or longer than that
 */
export function readText(path: string, most: number): string {
  const file = openSync(path, 'r');
  try {
    return decodeText(readBounded(file, most));
  } finally {
    closeSync(file);
  }
}

function readBounded(file: number, most: number): Buffer {
  const found = fstatSync(file);
  if (found.isDirectory()) throw new Error('it is a folder');
  const tooLong = `it is larger than ${Math.floor(most / 1024 / 1024)} MiB`;
  if (found.size > most) throw new Error(tooLong);
  const parts: Buffer[] = [];
  // The size of a pipe or a device is unknown.
  for (let length = 0; ; ) {
    const part = Buffer.allocUnsafe(Math.min(chunk, Math.max(4096, found.size - length)));
    const read = readSync(file, part);
    if (read === 0) return Buffer.concat(parts, length);
    parts.push(part.subarray(0, read));
    if (length === 0) requireText(parts[0]!);
    length += read;
    if (length > most) throw new Error(tooLong);
  }
}

function requireText(start: Buffer): void {
  if (!isUtf16(start) && start.includes(0)) throw new Error('it is not text');
}

function decodeText(bytes: Uint8Array): string {
  if (isUtf16(bytes)) throw new Error('it is UTF-16: save it as UTF-8');
  // By default, a decoder removes a byte order mark.
  return new TextDecoder().decode(bytes);
}

/** As `>` writes in Windows PowerShell. */
function isUtf16([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}
