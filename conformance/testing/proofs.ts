/** Which faulty peer must fail which cases: the proof that each case can fail. */

import { matchesPattern } from '../format/id-pattern.ts';
import type { FaultyPeer } from '../reference/behaviour.ts';
import { closing } from '../reference/faulty/closing.ts';
import { compression } from '../reference/faulty/compression.ts';
import { framing } from '../reference/faulty/framing.ts';
import { limits } from '../reference/faulty/limits.ts';
import { messages } from '../reference/faulty/messages.ts';
import { opening } from '../reference/faulty/opening.ts';
import { reading } from '../reference/faulty/reading.ts';
import { careless, forgetful, responses } from '../reference/faulty/responding.ts';
import { type CaseResult, mainTimeline } from '../results/case-result.ts';

export const faultyPeers: readonly FaultyPeer[] = [
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

/** Whether a case must fail for this peer. */
export function finds(id: string, { fails }: FaultyPeer): boolean {
  return fails.some((pattern) => matchesPattern(pattern, id));
}

/** Whether a case gave such a peer the required verdict. */
export function isFoundOut(
  { case: { level }, verdict, rule, conversations }: CaseResult,
  { breaks, rule: named }: Pick<FaultyPeer, 'breaks' | 'rule'>,
): boolean {
  // No faulty peer withholds its response: the machine was too busy, and nothing was proved.
  const entries = mainTimeline(conversations)?.entries ?? [];
  if (rule === 'handshake-failed' && entries.some(({ kind }) => kind === 'timeout')) return false;
  if (named !== undefined && rule !== named) return false;
  if (level === 'must') return verdict === (breaks === 'should' ? 'warn' : 'fail');
  // In a SHOULD case such a peer may also break a MUST that applies to every conversation.
  return verdict === 'warn' || verdict === 'fail';
}
