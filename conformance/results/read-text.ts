/** Text files that a command line names: people and their shells make them, or a stranger did. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const chunk = 1024 * 1024;

/**
 * As UTF-8, without a byte order mark.
 * @param most octets; of a longer file nothing is read
 * @throws {Error} of the file system, or with a sentence where it is no text, or longer than that
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
  const tooLong = `it has more than ${Math.floor(most / 1024 / 1024)} MiB`;
  if (found.size > most) throw new Error(tooLong);
  const parts: Buffer[] = [];
  // A pipe or a device does not say how long it is.
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
  if (!isUtf16(start) && start.includes(0)) throw new Error('it is no text');
}

function decodeText(bytes: Uint8Array): string {
  if (isUtf16(bytes)) throw new Error('it is UTF-16: save it as UTF-8');
  // Unless told otherwise, a decoder leaves a byte order mark out.
  return new TextDecoder().decode(bytes);
}

/** As `>` writes in Windows PowerShell. */
function isUtf16([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}
