/** What a server target does by itself, and how it reacts to messages, in a few lines. */
import {
  describeReaction,
  endsConnection,
  type Reaction,
  type TargetBehaviour,
  type Unasked,
} from '../format/target-behaviour.ts';

/** Empty for a target of which nothing but an echo and a pong is to be said. */
export function behaviourInWords(behaviour: TargetBehaviour | undefined): readonly string[] {
  if (!behaviour) return [];
  const byItself = unaskedInWords(behaviour.unasked);
  return [
    ...(byItself ? [`by itself: ${byItself}`] : []),
    ...(isPlainEcho(behaviour) ? [] : [`reactions: ${reactionsInWords(behaviour)}`]),
    ...(behaviour.message ? [`your message: ${messageInWords(behaviour.message)}`] : []),
    ...notesOn(behaviour),
  ];
}

function isPlainEcho({ reactions: { text, binary, fragments, emptyText, ping } }: TargetBehaviour) {
  const isEcho = (reaction: Reaction) => reaction.kind === 'echo' && !reaction.hasOtherType;
  return [text, binary, fragments, emptyText].every(isEcho) && ping.kind === 'pong';
}

function unaskedInWords(unasked: Unasked): string {
  const { greeting, greetingEnds, pushInterval, pings, firstPing, heartbeats, end } = unasked;
  const greets = `greets with ${counted(greeting, 'message')} within ${greetingEnds} ms`;
  return [
    ...(greeting > 0 ? [greets] : []),
    ...(pushInterval === undefined ? [] : [`sends a message about every ${pushInterval} ms`]),
    ...(pings > 0 ? [`pings after ${firstPing} ms (${counted(pings, 'ping')} seen)`] : []),
    ...(heartbeats > 0 ? [`sends ${counted(heartbeats, 'pong')} that answer nothing`] : []),
    ...(end ? [`ends the connection after ${end.after} ms with ${describeReaction(end)}`] : []),
  ].join(', ');
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;

function reactionsInWords({ reactions }: TargetBehaviour): string {
  const { text, binary, fragments, emptyText, ping, close } = reactions;
  const asked = { text, binary, 'text in fragments': fragments, 'empty text': emptyText, ping };
  const words = Object.entries({ ...asked, 'Close 1000': close });
  return words.map(([name, reaction]) => `${name}: ${describeReaction(reaction)}`).join(' · ');
}

function messageInWords({ text, binary }: NonNullable<TargetBehaviour['message']>): string {
  return `as text: ${describeReaction(text)} · as binary: ${describeReaction(binary)}`;
}

function notesOn({ isTunnel, secondPing, leavesTcpOpen, rateLimit, reactions }: TargetBehaviour) {
  const isClosing = [reactions.text, reactions.binary].some(endsConnection);
  return [
    ...(isTunnel ? ['a tunnel: octets come back, but neither types nor limits of messages'] : []),
    ...(isClosing ? ['it ends the connection on messages that it does not know'] : []),
    ...(secondPing
      ? [`the second ping of a connection ends it (${describeReaction(secondPing)})`]
      : []),
    ...(leavesTcpOpen ? ['TCP stays open after a Close each way'] : []),
    ...(rateLimit ? [`limits how often it is asked: ${rateLimit}`] : []),
  ];
}
