/**
 * The opening requests of real clients, byte for byte, as `npm run record:profiles` stores them.
 * What differs from one request to the next is a placeholder; order, letter case and everything
 * else are the client's.
 */
import { readdirSync, readFileSync } from 'node:fs';

export interface Profile {
  /** `chromium`; also the name of the file. */
  readonly name: string;
  /** Who wrote the request: `Chromium`. */
  readonly product: string;
  readonly version: string;
  /** The day it was recorded, `2026-01-31`; undefined for what was written down by hand. */
  readonly recorded?: string;
  /** Where it comes from, if it was not recorded. */
  readonly source?: string;
  /** Request line and header lines in latin1, as in `handshake.ts`. */
  readonly lines: readonly string[];
}

/** All profiles, by name. */
export function readProfiles(): readonly Profile[] {
  const folder = new URL('.//', import.meta.url);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .toSorted()
    .map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
}
