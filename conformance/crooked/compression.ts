/** Wrong about permessage-deflate (RFC 7692). */
import type { CrookedPeer } from './manners.ts';

export const compression: readonly CrookedPeer[] = [
  {
    name: 'forgets to reset its deflate context',
    manners: { deflate: (agreed) => ({ ...agreed, contextTakeover: true }) },
    fails: ['deflate/no-takeover-*', 'deflate/three-offers-*'],
  },
  {
    name: 'forgets to keep its inflate context',
    manners: { inflate: (agreed) => ({ ...agreed, contextTakeover: false }) },
    fails: ['deflate/takeover-*'],
  },
  {
    name: 'compresses with a larger window than agreed',
    manners: { deflate: (agreed) => ({ ...agreed, windowBits: 15 }) },
    // Shorter ones do not fill that window.
    fails: [256, 1024, 4096, 8192, 16_384, 32_768, 65_536, 131_072].map(
      (size) => `deflate/window-9-${size}-bytes*`,
    ),
  },
  {
    name: 'compresses without saying so',
    manners: { dress: (frame) => ({ ...frame, rsv1: false }) },
    fails: ['deflate/window-*', 'deflate/takeover-*'],
  },
];
