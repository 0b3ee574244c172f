/** Rules about frames that only some cases state (see `Check`). */
import type { WireRule } from './wire-rule.ts';

export function pingAnswered(payload: string): WireRule {
  return {
    rule: 'ping-not-answered',
    document: 'RFC 6455',
    section: '5.5.2',
    expected: `a pong with ${JSON.stringify(payload)}`,
    find({ events }, target) {
      const isAnswered = events.some(
        (event) =>
          event.kind === 'pong' &&
          event.from === target &&
          Buffer.from(event.payload).toString() === payload,
      );
      return isAnswered ? undefined : { observed: 'no such pong' };
    },
  };
}

export function closeReason(reason: string): WireRule {
  return {
    rule: 'wrong-close-reason',
    document: 'WHATWG WebSockets',
    section: '3.1',
    expected: `the reason ${JSON.stringify(reason)}`,
    find({ client }) {
      const observed = Buffer.from(client.close?.reason ?? '').toString();
      return observed === reason ? undefined : { observed: JSON.stringify(observed) };
    },
  };
}
