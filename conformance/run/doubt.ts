/**
 * Which verdicts a busy target, or a busy machine, could have caused. What the target wrote decides
 * for good; what it did not write, or an end without a word, has to be seen again.
 */
import { type Conversation, readConversation } from '../wire/conversation.ts';
import type { CaseResult } from './case-result.ts';

/** RFC 9110 §15.6: the server failed, or is overloaded. */
const firstServerError = 500;

/** @returns undefined where the verdict stands; else what cases with the same doubt have in common */
export function doubtAbout(result: CaseResult): string | undefined {
  const { verdict, rule, stack, timeline, at } = result;
  if (verdict === 'error') return stack === undefined ? 'not judged' : undefined;
  if (verdict !== 'fail' && verdict !== 'warn') return undefined;
  if (rule === 'no-longer-served') return rule;
  if (!timeline || at?.from === 'server') return undefined;
  const way = silenceOf(readConversation(timeline));
  return way && `${verdict} ${rule}: ${way}`;
}

/** How the server kept silent; undefined where it said how things are. */
function silenceOf({ accepted, server }: Conversation): string | undefined {
  const { head, close, ending } = server;
  const line = head?.startLine;
  if (!accepted && line?.kind === 'response') {
    const isServerError = (line.status ?? 0) >= firstServerError;
    return isServerError ? `HTTP ${line.status}` : undefined;
  }
  if (ending.how === 'timeout') return `${ending.waitingFor} did not come`;
  return !close && (ending.how === 'fin' || ending.how === 'rst') ? ending.how : undefined;
}
