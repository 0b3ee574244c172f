// The states of both ends, as far as the wire shows them: what passes it moves an end through the
// transition table.

import { follow } from './state-diagram.js';

/** @typedef {import('../../inspector/session-events.ts').SessionEvent} SessionEvent */
/** @typedef {import('../../inspector/session-events.ts').Side} Side */
/** @typedef {import('./state-diagram.js').Transitions} Transitions */

/**
 * The states after an event.
 *
 * @param {Transitions} transitions
 * @param {Record<Side, string>} states
 * @param {SessionEvent} event
 * @returns {Record<Side, string>}
 */
export function move(transitions, states, event) {
  /** @type {(client: string, server: string) => Record<Side, string>} */
  const both = (client, server) => ({
    client: follow(transitions, states.client, client),
    server: follow(transitions, states.server, server),
  });
  if (event.kind === 'head' && event.from === 'server') {
    // Interim responses, 1xx other than 101, decide nothing (RFC 9110 §15.2).
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
    // Whoever ends the stream before a closing handshake has failed the connection (§7.1.7).
    const ended = (/** @type {Side} */ side) =>
      event.from === side ? 'connectionFailed' : 'streamEnded';
    return both(ended('client'), ended('server'));
  }
  return states;
}
