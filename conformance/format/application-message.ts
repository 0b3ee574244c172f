/** A message in the language of the target's application, as the user gives it. */
import { isUtf8 } from 'node:buffer';
import type { Payload } from './payload.ts';
import { binary, type FrameItem, text } from './step.ts';

/** A message that the application of the target understands. */
export interface ApplicationMessage {
  readonly type: 'text' | 'binary';
  readonly payload: Uint8Array;
}

/** Text where the octets are UTF-8, as RFC 6455 §5.6 asks for. */
export function applicationMessage(
  octets: Uint8Array,
  type: ApplicationMessage['type'] = isUtf8(octets) ? 'text' : 'binary',
): ApplicationMessage {
  return { type, payload: octets };
}

/** The message as one frame. */
export const frameOf = ({ type, payload }: { type: string; payload: Payload }): FrameItem =>
  type === 'text' ? text(payload) : binary(payload);
