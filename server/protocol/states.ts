/**
 * The life of a connection: states named after what happened, and the transitions between them. The
 * diagrams of the documentation and the inspector are drawn from this table. RFC 6455 §4, §7.
 */

/** The state of a connection, named by what happened last (RFC 6455 §4, §7). */
export type State = 'connecting' | 'open' | 'closeSent' | 'closeReceived' | 'closed';

export const transitions = {
  connecting: {
    handshakeAccepted: 'open',
    handshakeRefused: 'closed',
    streamEnded: 'closed',
  },
  open: {
    closeFrameSent: 'closeSent',
    closeFrameReceived: 'closeReceived',
    connectionFailed: 'closed',
    streamEnded: 'closed',
  },
  // RFC 6455 §7.1.3: the closing handshake has started; only the peer's Close is awaited.
  closeSent: {
    closeFrameReceived: 'closed',
    connectionFailed: 'closed',
    streamEnded: 'closed',
  },
  // RFC 6455 §5.5.1: an endpoint that has not sent a Close answers with one, possibly after
  // queued messages.
  closeReceived: {
    closeFrameSent: 'closed',
    streamEnded: 'closed',
  },
  closed: {},
} as const satisfies Record<State, Readonly<Record<string, State>>>;

type EventsOf<Of extends State> = keyof (typeof transitions)[Of];

/** What moves a connection from one state to another. */
export type Transition = { [Of in State]: EventsOf<Of> }[State];

/** The state after `event`. Throws if the table has no such transition, which is our bug. */
export function follow(state: State, event: Transition): State {
  const next = (transitions[state] as Partial<Record<Transition, State>>)[event];
  if (next === undefined) throw new Error(`No transition "${event}" from state "${state}".`);
  return next;
}
