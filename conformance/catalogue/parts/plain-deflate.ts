/** permessage-deflate without parameters (RFC 7692 §7.1), for cases that are not about the offer. */
import type { Need } from '../../format/case.ts';

export const needs: readonly Need[] = ['deflate'];
export const handshake = {
  extensions: { offer: 'permessage-deflate', answer: 'permessage-deflate' },
};
