/**
 * The states of both ends as far as the wire shows them: each event moves an end through the
 * transition table.
 */
import type { SessionEvent, Side } from '../../inspector/session-events.ts';
import type { Transitions } from './state-diagram.js';
import { follow } from './state-diagram.js';

/** The states after an event. */
export function move(
  transitions: Transitions,
  states: Record<Side, string>,
  event: SessionEvent,
): Record<Side, string> {
  const both: (client: string, server: string) => Record<Side, string> = (client, server) => ({
    client: follow(transitions, states.client, client),
    server: follow(transitions, states.server, server),
  });
  if (event.kind === 'head' && event.from === 'server') {
    // Interim responses, 1xx other than 101, change nothing (RFC 9110 §15.2).
    if (event.status !== 101 && Math.trunc((event.status ?? 0) / 100) === 1) return states;
    const what = event.status === 101 ? 'handshakeAccepted' : 'handshakeRefused';
    return both(what, what);
  }
  if (event.kind === 'frame' && event.opcode === 8) {
    return event.from === 'client'
      ? both('closeFrameSent', 'closeFrameReceived')
      : both('closeFrameReceived', 'closeFrameSent');
  }
  if (event.kind === 'fin' || event.kind === 'rst') {
    // A side that ends the stream before a closing handshake has failed the connection (§7.1.7).
    const ended = (side: Side) => (event.from === side ? 'connectionFailed' : 'streamEnded');
    return both(ended('client'), ended('server'));
  }
  return states;
}
