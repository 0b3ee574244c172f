/**
 * A peer's random choices (handshake keys, masks), derived from one seed and the case's id: the
 * same bytes whenever a case is played again, regardless of which others run at the same time.
 */
import { createHash, randomBytes } from 'node:crypto';

/** Any text; the same text gives the same bytes. */
export type Seed = string;

export function freshSeed(): Seed {
  return randomBytes(4).toString('hex');
}

/** @returns so many octets with every call, in the order of calls */
export function seededBytes(seed: Seed, caseId: string): (length: number) => Uint8Array {
  let position = 0;
  let block = 0;
  let pool = Buffer.alloc(0);
  return (length) => {
    while (pool.length - position < length) {
      const next = createHash('sha256').update(`${seed}\n${caseId}\n${block}`).digest();
      pool = Buffer.concat([pool.subarray(position), next]);
      position = 0;
      block += 1;
    }
    position += length;
    return pool.subarray(position - length, position);
  };
}
