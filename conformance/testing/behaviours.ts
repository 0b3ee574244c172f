/** Behaviours of targets, as a probe would have found them, for tests. */
import type { Reaction, TargetBehaviour } from '../format/target-behaviour.ts';

const echo: Reaction = { kind: 'echo' };
const closing: Reaction = { kind: 'close', code: 1000 };

/** A plain echo server, but for these reactions and the rest. */
export function behaviourWith(
  reactions: Partial<TargetBehaviour['reactions']> = {},
  rest: Partial<Omit<TargetBehaviour, 'reactions'>> = {},
): TargetBehaviour {
  return {
    unasked: { watchedFor: 400, greeting: 0, greetingEnds: 0, pings: 0, heartbeats: 0 },
    reactions: {
      ...{ text: echo, binary: echo, fragments: echo, emptyText: echo },
      ...{ ping: { kind: 'pong' }, close: closing },
      ...reactions,
    },
    ...rest,
  };
}
