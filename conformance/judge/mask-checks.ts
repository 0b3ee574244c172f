/** Whether a client's masking keys can be predicted (RFC 6455 §5.3, §10.3). */

import type { ObservedFrame } from '../wire/messages.ts';
import { placeOf } from '../wire/place.ts';
import type { WireRule } from './wire-rule.ts';

const enough = 200;

/** Needs a few hundred masked frames; chance alone breaks it less than once in a million runs. */
export const unpredictableMasks: WireRule = {
  rule: 'weak-masking-keys',
  document: 'RFC 6455',
  section: '5.3',
  expected: 'a masking key for each frame that nothing before it gives away',
  find(conversation, target) {
    const masked = conversation[target].frames.filter(({ maskKey }) => maskKey !== undefined);
    const keys = masked.map(numberOf);
    if (keys.length < enough) return { observed: `${keys.length} masked frames, too few to tell` };
    const observed = weaknessOf(keys);
    return observed === undefined ? undefined : { observed, at: placeOf(masked.at(-1)!) };
  },
};

function weaknessOf(keys: readonly number[]): string | undefined {
  const distinct = new Set(keys).size;
  // Among 300 random keys of 32 bits two are the same once in 100,000 runs; two pairs, never.
  if (distinct < keys.length - 1) return `${distinct} different keys on ${keys.length} frames`;
  const steps = new Set(keys.slice(1).map((key, index) => (key - keys[index]!) >>> 0));
  if (steps.size < keys.length / 2) return 'keys that differ by the same step again and again';
  for (let bit = 0; bit < 32; bit += 1) {
    const set = keys.filter((key) => (key >>> bit) & 1).length;
    // Ten standard deviations from the half.
    if (Math.abs(set - keys.length / 2) > 5 * Math.sqrt(keys.length)) {
      return `bit ${31 - bit} of the key set in ${set} of ${keys.length} frames`;
    }
  }
  return undefined;
}

const numberOf = ({ maskKey }: ObservedFrame) => Buffer.from(maskKey!).readUInt32BE(0);
