/** HTTP in place of frames: a server that continues as if the protocol had not been switched. */

import type { ObservedFrame } from '../wire/messages.ts';
import { placeOf } from '../wire/place.ts';
import { secondResponse } from './rules.ts';
import type { WireRule } from './wire-rule.ts';

/** `HTTP/1.`, read as a frame: a Close without FIN, RSV1 set, of 84 bytes that begin with `TP/1.` */
export const noSecondResponse: WireRule = {
  rule: secondResponse.name,
  document: secondResponse.document,
  section: secondResponse.section,
  requirement: secondResponse.requirement,
  expected: 'frames after the response',
  find({ server }, target) {
    if (target !== 'server') return undefined;
    const { frames, rest } = server;
    const found = [...frames, ...(rest.frame ? [rest.frame] : [])].find(isHttp);
    if (!found) return undefined;
    return { observed: 'a second HTTP response after the 101', at: placeOf(found) };
  },
};

function isHttp({
  opcode,
  fin,
  rsv1,
  rsv2,
  rsv3,
  maskKey,
  declaredLength,
  payload,
}: ObservedFrame) {
  const firstTwo = opcode === 8 && !fin && rsv1 && !rsv2 && !rsv3 && !maskKey;
  const start = Buffer.from(payload.subarray(0, 5)).toString('latin1');
  return firstTwo && declaredLength === 84n && start === 'TP/1.';
}
