/** Judges the opening handshake: accepted if it must be, refused if it must be. */
import type { Case } from '../format/case.ts';
import { requestOf } from '../format/handshake.ts';
import { caseRule } from '../format/rule.ts';
import type { Conversation } from '../wire/conversation.ts';
import type { HttpHead } from '../wire/http-head.ts';
import { type Place, placeOf, placeOfHeader } from '../wire/place.ts';
import type { Side } from '../wire/timeline.ts';
import { opcodes } from '../wire/wire.ts';
import {
  closeFrameBeforeOpen,
  foreignUpgrade,
  openingRefusedByClient,
  openingRefusedByServer,
  unansweredHandshake,
} from './rules.ts';
import { describeEnding, describeHead } from './sentences.ts';
import type { Violation } from './violation.ts';

export function findConnection(
  testCase: Case,
  { client: { head } }: Conversation,
): Violation | undefined {
  if (!head) return undefined;
  return {
    rule: caseRule(testCase, 'connection-opened'),
    where: 'handshake',
    observed: head.startLine.text,
    seen: 'a request',
    at: { from: 'client', offset: head.offset, length: head.length },
  };
}

/** That a plain handshake opens a connection is one rule; what the case asks for is another. */
export function findInOpening(
  testCase: Case,
  conversation: Conversation,
  role: Side,
): Violation | undefined {
  if (conversation.accepted) return undefined;
  if (role === 'server' && isSwitch(conversation)) return findForeignUpgrade(conversation);
  const plain = role === 'server' ? openingRefusedByServer : openingRefusedByClient;
  return {
    rule: asksForPlainHandshake(testCase) ? plain : caseRule(testCase, plain.name),
    where: 'handshake',
    expected: 'an opening handshake that succeeds',
    observed: describeHead(conversation),
    at: headPlace(conversation),
  };
}

/** Another handshake, many of them, or one after a burden, may be what a case is about. */
const asksForPlainHandshake = ({ handshake, before, repeat, aftermath }: Case) =>
  !handshake && !before && !repeat && !aftermath;

const isSwitch = ({ server: { head } }: Conversation) =>
  head?.startLine.kind === 'response' && head.startLine.status === 101;

/** A 101 to something else, or to nothing that it names. */
function findForeignUpgrade(conversation: Conversation): Violation {
  const { head } = conversation.server;
  return {
    rule: foreignUpgrade,
    where: 'handshake',
    expected: 'one Upgrade header whose value is websocket',
    observed: describeHead(conversation),
    at: head && placeOfHeader(head, 'server', 'Upgrade'),
  };
}

export function findInRefusal(testCase: Case, conversation: Conversation): Violation | undefined {
  const { ending } = testCase.expect;
  const head = conversation.server.head;
  const refusal = {
    rule: caseRule(testCase),
    where: 'handshake',
    at: headPlace(conversation),
  } as const;
  if (conversation.accepted) return { ...refusal, observed: 'accepted with 101' };
  if (!head) return findSilence(testCase, conversation);
  if (ending.kind !== 'refused' || !ending.statuses || hasStatus(head, ending.statuses)) {
    return undefined;
  }
  const { level, ...rule } = refusal.rule;
  return {
    ...refusal,
    // Which status it is helps a person; that there is no connection is what protects.
    rule: { ...rule, name: 'wrong-status', level: level === 'must' ? 'should' : level },
    observed: describeHead(conversation),
  };
}

const hasStatus = ({ startLine }: HttpHead, statuses: readonly number[]) =>
  startLine.kind === 'response' && statuses.includes(startLine.status ?? 0);

/** A connection that is closed without a word was refused as well. */
function findSilence(testCase: Case, conversation: Conversation): Violation | undefined {
  const { ending } = testCase.expect;
  const { how } = conversation.server.ending;
  if (how === 'fin' || how === 'rst') return undefined;
  if (ending.kind === 'refused' && ending.orSilent) return undefined;
  // RFC 9112 §2.2: a reader need not take a single LF for the end of a line, and then waits for more.
  if (requestOf(testCase.handshake)?.lineEnd === '\n') return undefined;
  // What is asked of a burdened target is that it stands it, by whatever answer.
  const asked = conversation.client.head !== undefined && !testCase.aftermath;
  return {
    rule: asked ? unansweredHandshake : caseRule(testCase),
    where: 'handshake',
    expected: asked ? 'a response, or the end of the connection' : 'the end of the connection',
    observed: 'no response, and the connection stays open',
  };
}

/** RFC 6455 §4.1: a client fails the connection when the response is not what it must be. */
export function findInClientRefusal(
  testCase: Case,
  conversation: Conversation,
): Violation | undefined {
  const { frames, ending } = conversation.client;
  const refusal = { rule: caseRule(testCase), where: 'handshake' } as const;
  const used = frames.find(({ opcode }) => opcode !== opcodes.close);
  if (used) return { ...refusal, observed: 'the connection is used', at: placeOf(used) };
  // Given up before it was asked for, or reset by the peer: nothing is left to go away from.
  if (!conversation.client.head || conversation.server.ending.how === 'rst') return undefined;
  if (ending.how === 'timeout' || ending.how === 'open') {
    return { ...refusal, observed: 'the connection stays open' };
  }
  const close = frames[0];
  return (
    close && {
      rule: closeFrameBeforeOpen,
      where: 'handshake',
      expected: 'TCP closed without a frame',
      observed: describeEnding(conversation, 'client'),
      at: placeOf(close),
    }
  );
}

function headPlace({ server }: Conversation): Place | undefined {
  return server.head && { from: 'server', offset: server.head.offset, length: server.head.length };
}
