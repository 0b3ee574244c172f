/**
 * Whether the target ended the connection as its application ends it on any message of that kind. A
 * server may close when it wants to (RFC 6455 §7.3): an end that a good message would have brought
 * about as well says nothing about a bad one, neither for the target nor against it.
 */
import type { Case } from '../format/case.ts';
import { traitsOf } from '../format/ending.ts';
import { lengthOf } from '../format/payload.ts';
import { type Item, itemsOf } from '../format/step.ts';
import {
  describeReaction,
  endsConnection,
  type Question,
  type Reaction,
} from '../format/target-behaviour.ts';
import type { Conversation, ConversationEvent } from '../wire/conversation.ts';
import { otherSide } from '../wire/timeline.ts';
import { opcodes } from '../wire/wire.ts';
import type { JudgedSide } from './judged-side.ts';
import type { Violation } from './violation.ts';

/** @param violation what would be reported; its own bytes prove a target wrong, however it ends */
export function findOwnTerms(
  testCase: Case,
  conversation: Conversation,
  side: JudgedSide,
  violation: Violation | undefined,
): { readonly verdict: 'skip'; readonly observed: string } | undefined {
  const { behaviour, role } = side;
  if (!behaviour || !conversation.accepted || !traitsOf(testCase.expect.ending).isDecided) {
    return undefined;
  }
  if (violation?.where === 'answers' && violation.at?.from === role) return undefined;
  const { secondPing } = behaviour;
  if (secondPing && sendsPingOrPong(testCase) && endsLike(secondPing, conversation, side)) {
    const end = describeReaction(secondPing);
    return {
      verdict: 'skip',
      observed: `not judged: the target ends the connection over several pings (${end})`,
    };
  }
  // What the application understands does not end the connection.
  if (side.isUnderstood) return undefined;
  for (const question of questionsIn(testCase)) {
    const reaction = behaviour.reactions[question];
    if (!endsConnection(reaction) || !endsLike(reaction, conversation, side)) continue;
    const observed = `not judged: the target ends the connection on any ${words[question]} (${describeReaction(reaction)})`;
    return { verdict: 'skip', observed };
  }
  return undefined;
}

const words: Readonly<Record<Exclude<Question, 'close'>, string>> = {
  ping: 'ping',
  text: 'text message that it does not know',
  binary: 'binary message that it does not know',
  fragments: 'text message in fragments that it does not know',
  emptyText: 'empty message',
};

/** What the frames of a case would ask of the target if all of them were good. */
function questionsIn(testCase: Case): ReadonlySet<Exclude<Question, 'close'>> {
  const questions = new Set(itemsOf(testCase.steps).flatMap(questionsOf));
  // A case about pings judges what such a target does.
  if (testCase.judges?.includes('pong')) questions.delete('ping');
  return questions;
}

/** A target may count control frames of either kind. */
const sendsPingOrPong = ({ steps }: Case) =>
  itemsOf(steps).some(
    (item) =>
      item.kind === 'frame' && (item.opcode === opcodes.ping || item.opcode === opcodes.pong),
  );

const anyData = ['text', 'binary', 'fragments'] as const;

function questionsOf(item: Item): readonly Exclude<Question, 'close'>[] {
  if (item.kind === 'bytes') return anyData;
  const { opcode, payload } = item;
  if (opcode === opcodes.ping) return ['ping'];
  if (opcode === opcodes.close || opcode === opcodes.pong) return [];
  if (opcode === opcodes.continuation) return ['fragments', 'text'];
  const isText = opcode === opcodes.text;
  // A target that does not know an opcode may take the frame for any message.
  if (!isText && opcode !== opcodes.binary) return anyData;
  const isWhole = item.kind === 'frame' ? item.fin !== false : item.fragment === undefined;
  return [
    isText ? 'text' : 'binary',
    ...(isWhole ? [] : (['fragments'] as const)),
    ...(isText && lengthOf(payload) === 0 ? (['emptyText'] as const) : []),
  ];
}

/** Whether the connection ended in that way, and not in answer to a Close. */
function endsLike(reaction: Reaction, conversation: Conversation, { role }: JudgedSide): boolean {
  const { close, ending } = conversation[role];
  const asked = conversation[otherSide(role)].close;
  if (reaction.kind === 'close') {
    if (!close || close.code !== reaction.code) return false;
    const first = conversation.events.find(isClose)!;
    return first.from === role || first.close.code !== close.code;
  }
  return !close && !asked && (ending.how === 'fin' || ending.how === 'rst');
}

const isClose = (
  event: ConversationEvent,
): event is Extract<ConversationEvent, { readonly kind: 'close' }> => event.kind === 'close';
