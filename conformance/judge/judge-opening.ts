/** Looks at the opening handshake: accepted where it has to be, refused where it has to be. */
import type { Case } from '../case.ts';
import type { Conversation } from '../wire/conversation.ts';
import { opcodes } from '../wire/wire.ts';
import { type Place, placeOf } from './check.ts';
import { describeEnding, describeHead } from './sentences.ts';
import { ruleOf, type Violation } from './violation.ts';

export function findConnection({ client: { head } }: Conversation): Violation | undefined {
  if (!head) return undefined;
  const at = { from: 'client', offset: head.offset, length: head.length } as const;
  return { rule: 'connection-opened', weight: 'of the case', observed: head.startLine.text, at };
}

export function findInOpening(conversation: Conversation): Violation | undefined {
  if (conversation.accepted) return undefined;
  return {
    rule: 'handshake-failed',
    weight: 'of the case',
    expected: 'an opening handshake that succeeds',
    observed: describeHead(conversation),
    at: headPlace(conversation),
  };
}

export function findInRefusal(testCase: Case, conversation: Conversation): Violation | undefined {
  const { ending } = testCase.expect;
  const head = conversation.server.head;
  const refusal = {
    rule: ruleOf(testCase),
    weight: 'of the case',
    at: headPlace(conversation),
  } as const;
  if (conversation.accepted) return { ...refusal, observed: 'accepted with 101' };
  if (!head) {
    const { ending: tcp } = conversation.server;
    if (tcp.how === 'fin' || tcp.how === 'rst') return undefined;
    return { ...refusal, observed: 'no answer, and the connection stays open' };
  }
  const status = head.startLine.kind === 'response' ? head.startLine.status : undefined;
  if (ending.kind !== 'refused' || !ending.statuses || ending.statuses.includes(status ?? 0)) {
    return undefined;
  }
  return { ...refusal, weight: 'should', observed: describeHead(conversation) };
}

/** RFC 6455 §4.1: a client fails the connection when the response is not what it must be. */
export function findInTurningAway(
  testCase: Case,
  conversation: Conversation,
): Violation | undefined {
  const { frames, ending } = conversation.client;
  const refusal = { rule: ruleOf(testCase), weight: 'of the case' } as const;
  const used = frames.find(({ opcode }) => opcode !== opcodes.close);
  if (used) return { ...refusal, observed: 'the connection is used', at: placeOf(used) };
  // Given up before it was asked for, or reset by the peer: nothing is left to go away from.
  if (!conversation.client.head || conversation.server.ending.how === 'rst') return undefined;
  if (ending.how === 'timeout' || ending.how === 'open') {
    return { ...refusal, observed: 'the connection stays open' };
  }
  // §7.1.7: a Close frame belongs to a connection that was established.
  const close = frames[0];
  return (
    close && {
      rule: 'close-frame-before-open',
      weight: 'should',
      expected: 'TCP closed without a frame',
      observed: describeEnding(conversation, 'client'),
      at: placeOf(close),
      reference: 'RFC 6455 §7.1.7',
    }
  );
}

function headPlace({ server }: Conversation): Place | undefined {
  return server.head && { from: 'server', offset: server.head.offset, length: server.head.length };
}
