/** Which crooked peer has to be found out by which case: the proof that each case can fail. */

import { matchesPattern } from '../id-pattern.ts';
import type { CaseResult } from '../run/case-result.ts';
import { closing } from './closing.ts';
import { compression } from './compression.ts';
import { framing } from './framing.ts';
import { limits } from './limits.ts';
import type { CrookedPeer } from './manners.ts';
import { messages } from './messages.ts';
import { opening } from './opening.ts';
import { reading } from './reading.ts';
import { careless, forgetful, responses } from './responding.ts';

export const crookedPeers: readonly CrookedPeer[] = [
  ...opening,
  ...responses,
  ...forgetful,
  careless,
  ...reading,
  ...framing,
  ...messages,
  ...closing,
  ...compression,
  ...limits,
];

/** Whether a case is one of those that have to find the peer out. */
export function finds(id: string, { fails }: CrookedPeer): boolean {
  return fails.some((pattern) => matchesPattern(pattern, id));
}

/** Whether a case gave such a peer the verdict that it has to. */
export function isFoundOut(
  { case: { level }, verdict, rule, timeline }: CaseResult,
  { breaks, rule: named }: Pick<CrookedPeer, 'breaks' | 'rule'>,
): boolean {
  // No crooked peer withholds its response: a busy machine did, and nothing was found.
  if (rule === 'handshake-failed' && timeline?.entries.some(({ kind }) => kind === 'timeout'))
    return false;
  if (named !== undefined && rule !== named) return false;
  if (level === 'must') return verdict === (breaks === 'should' ? 'warn' : 'fail');
  // Beside a SHOULD such a peer may break a MUST that holds for every conversation.
  return verdict === 'warn' || verdict === 'fail';
}
