/** Text files that people and their shells make. */

/**
 * As UTF-8, without a byte order mark.
 * @throws {Error} where it is UTF-16, as `>` writes in Windows PowerShell
 */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw new Error('it is UTF-16: save it as UTF-8');
  }
  // Unless told otherwise, a decoder leaves a byte order mark out.
  return new TextDecoder().decode(bytes);
}
