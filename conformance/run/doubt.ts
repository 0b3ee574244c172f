/**
 * Which verdicts a busy target, a busy machine or a neighbouring case could have caused. Bytes sent
 * by the target are evidence; if they are missing, or a connection ended without a Close, the case
 * has to be run again.
 */
import { type Role, sideOf } from '../format/role.ts';
import { delayOfLateClose, delayOfLateEnd } from '../judge/late-ending.ts';
import { type ClosingSign, closingSigns } from '../play/closing-wait.ts';
import { type CaseResult, mainTimeline } from '../results/case-result.ts';
import { type Conversation, readConversation } from '../wire/conversation.ts';
import type { Timeline } from '../wire/timeline.ts';

/** RFC 9110 §15.6: the server failed, or is overloaded. */
const firstServerError = 500;

/** The rule that a browser breaks if it does not survive a case. */
export const browserEnded = 'browser-ended';

/** Rules about the target's process, regardless of its connection. */
const aboutProcess: ReadonlySet<string> = new Set(['no-longer-served', browserEnded]);

/** @returns undefined if the verdict is certain; else what cases with the same doubt have in common */
export function doubtAbout(result: CaseResult, role: Role): string | undefined {
  const { verdict, rule, stack, conversations, at } = result;
  // A bug in Framewright happens again.
  if (verdict === 'error') return stack === undefined ? 'not judged' : undefined;
  if (verdict !== 'fail' && verdict !== 'warn') return undefined;
  if (aboutProcess.has(rule)) return rule;
  const timeline = mainTimeline(conversations);
  if (!timeline || at?.from === sideOf(role)) return undefined;
  const conversation = readConversation(timeline);
  const way = silences[role](conversation, timeline, result);
  return way && `${verdict} ${rule}: ${way}`;
}

type Silence = (
  conversation: Conversation,
  timeline: Timeline,
  result: CaseResult,
) => string | undefined;

const silences: { readonly [Name in Role]: Silence } = {
  server: silenceOfServer,
  client: (conversation, timeline, result) =>
    timeoutIn(timeline) ?? silenceOfClient(conversation) ?? missedByPage(result, timeline),
};

/** Which sign of the end of a conversation was missing or late. */
export const closingSignIn = (doubt: string): ClosingSign | undefined =>
  closingSigns.find((sign) => doubt.endsWith(missed(sign)));

const missed = (what: string) => `${what} did not come`;

function silenceOfServer(conversation: Conversation): string | undefined {
  const { accepted, server } = conversation;
  const { head, close, ending } = server;
  const line = head?.startLine;
  if (!accepted && line?.kind === 'response') {
    const isServerError = (line.status ?? 0) >= firstServerError;
    return isServerError ? `HTTP ${line.status}` : undefined;
  }
  if (ending.how === 'timeout') return missed(ending.waitingFor);
  if (delayOfLateClose(conversation, 'server') !== undefined) return missed('a Close frame');
  if (delayOfLateEnd(conversation, 'server') !== undefined) return missed('the end of TCP');
  return !close && (ending.how === 'fin' || ending.how === 'rst') ? ending.how : undefined;
}

/** A client may end the connection after a timeout, by the time its page is asked. */
function timeoutIn({ entries }: Timeline): string | undefined {
  const timeout = entries.find(({ kind }) => kind === 'timeout');
  return timeout?.kind === 'timeout' ? missed(timeout.waitingFor) : undefined;
}

/** A client that has ended nothing when the judge looks may have been about to. */
function silenceOfClient({ client: { close, ending } }: Conversation): string | undefined {
  return close || ending.how === 'overflow' ? undefined : ending.how;
}

/** The page's events differ because the connection was lost, or because its end did not come. */
function missedByPage({ rule }: CaseResult, { entries }: Timeline): string | undefined {
  if (rule !== 'wrong-events') return undefined;
  const closes = entries.flatMap((entry) =>
    entry.kind === 'script' && entry.event.type === 'close' ? [entry.event] : [],
  );
  if (closes.length === 0) return 'no close event';
  return closes.some(({ code, wasClean }) => code === 1006 || !wasClean) ? 'lost' : undefined;
}
