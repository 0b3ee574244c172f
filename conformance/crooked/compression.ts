/** Wrong about permessage-deflate (RFC 7692). */
import type { CrookedPeer } from './manners.ts';

export const compression: readonly CrookedPeer[] = [
  {
    name: 'forgets to reset its deflate context',
    manners: { deflate: (agreed) => ({ ...agreed, contextTakeover: true }) },
    fails: [],
  },
  {
    name: 'forgets to keep its inflate context',
    manners: { inflate: (agreed) => ({ ...agreed, contextTakeover: false }) },
    fails: [],
  },
  {
    name: 'compresses with a larger window than agreed',
    manners: { deflate: (agreed) => ({ ...agreed, windowBits: 15 }) },
    fails: [],
  },
];
