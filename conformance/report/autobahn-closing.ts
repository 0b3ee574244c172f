/**
 * Autobahn's verdict on how a connection ended (`behaviorClose`): who closed first, whether it was
 * clean if that is required, and the code, in this order. A peer that fails a connection may drop TCP
 * or omit the code.
 */

import { catalogue } from '../catalogue/catalogue.ts';
import type { Case } from '../format/case.ts';
import type { CloseCode } from '../format/ending.ts';
import type { Conversation } from '../wire/conversation.ts';
import { otherSide, type Side } from '../wire/timeline.ts';

export type Closing = 'OK' | 'FAILED' | 'UNCLEAN' | 'WRONG CODE' | 'FAILED BY CLIENT';

/** The expected ending: which side sends the first Close, how clean, and which codes. */
interface Expected {
  readonly closedByTarget: boolean;
  readonly clean: boolean;
  readonly codes: readonly CloseCode[];
}

/** @param id Autobahn's case id */
export function closingOf(
  id: string,
  caseId: string,
  conversation: Conversation,
  target: Side,
): Closing {
  const { closedByTarget, clean, codes } = expectedOf(id, caseId);
  const { close, ending } = conversation[target];
  const hasEnded = ending.how === 'fin' || ending.how === 'rst';
  if (!conversation.accepted) return 'FAILED';
  if (closedByTarget ? !close && !hasEnded : leftFirst(conversation, target)) return 'FAILED';
  const isClean = close && conversation[otherSide(target)].close;
  // The server must end TCP first.
  if (clean && !(isClean && (target === 'client' || hasEnded))) return 'UNCLEAN';
  if (close?.code !== undefined && !codes.includes(close.code)) return 'WRONG CODE';
  return target === 'server' && !hasEnded ? 'FAILED BY CLIENT' : 'OK';
}

function leftFirst({ events }: Conversation, target: Side): boolean {
  const first = events.find(({ kind }) => kind === 'close' || kind === 'fin' || kind === 'rst');
  return first !== undefined && 'from' in first && first.from === target;
}

let cases: ReadonlyMap<string, Case> | undefined;

function expectedOf(id: string, caseId: string): Expected {
  cases ??= new Map(catalogue().map((testCase) => [testCase.id, testCase]));
  const ending = cases.get(caseId)?.expect.ending;
  const mustFail = ending?.kind === 'failed';
  const codes = mustFail || ending?.kind === 'closed' ? ending.codes : [1000];
  // In group 7 the fuzzer sends the first Close, sometimes an invalid one.
  return { closedByTarget: mustFail && !id.startsWith('7.'), clean: !mustFail, codes };
}
