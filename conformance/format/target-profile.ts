/** Targets, as the peer and the judge see them: which answers count, and what shows life. */

import { opcodes } from '../wire/wire.ts';
import type { ApplicationMessage } from './application-message.ts';
import type { Case } from './case.ts';
import { itemsOf } from './step.ts';
import type { TargetBehaviour } from './target-behaviour.ts';

/** What the peer and the judge have to know of a target, besides its role. */
export interface TargetProfile {
  /** Whether it echoes. Where not, its data messages are no answers. */
  readonly echo: boolean;
  /** Whether it answers pings. Default true. */
  readonly pong?: boolean;
  /** What a probe found out about it; absent for a client, and for a server that was not probed. */
  readonly behaviour?: TargetBehaviour | undefined;
  /** Sent after the greeting and before the case; their answers belong to neither. */
  readonly inits?: readonly ApplicationMessage[];
  /** A message that it answers with some message. */
  readonly message?: ApplicationMessage | undefined;
  /** The application understands every message of the case, as far as that is good. */
  readonly isUnderstood?: boolean;
}

/** How many first messages come before a case; one that begins with its handshake leaves no time. */
export const initsBefore = (
  { handshake }: Pick<Case, 'handshake'>,
  { inits = [] }: TargetProfile,
): number => (handshake?.coalesced ? 0 : inits.length);

/** What shows that a target is alive before it is provoked; `none`: that it opened the connection. */
export type Proof = 'echo' | 'pong' | 'message' | 'none';

/** A driven client does what its script says, and echoes only where it has none. */
export function proofOf(
  { script, steps }: Pick<Case, 'script' | 'steps'>,
  { echo, pong = true, behaviour, message }: TargetProfile,
): Proof {
  if (echo && !script) return 'echo';
  // The ping of the case would be the second one.
  const isOneTooMany = behaviour?.secondPing !== undefined && sendsPing(steps);
  if (pong && !isOneTooMany) return 'pong';
  return message ? 'message' : 'none';
}

const sendsPing = (steps: Case['steps']) =>
  itemsOf(steps).some((item) => item.kind === 'frame' && item.opcode === opcodes.ping);
