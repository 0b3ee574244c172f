// The life of a connection: states named by what happened, and what leads from one to the next.
// The documentation and the inspector draw their picture from this table. RFC 6455 §4, §7.

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
  // RFC 6455 §7.1.3: the closing handshake has started; nothing but the peer's Close is awaited.
  closeSent: {
    closeFrameReceived: 'closed',
    connectionFailed: 'closed',
    streamEnded: 'closed',
  },
  // RFC 6455 §5.5.1: an endpoint that has not sent a Close answers with one, if need be after the
  // messages that were on their way.
  closeReceived: {
    closeFrameSent: 'closed',
    streamEnded: 'closed',
  },
  closed: {},
} as const satisfies Record<string, Readonly<Record<string, string>>>;

export type State = keyof typeof transitions;

type EventsOf<Of extends State> = keyof (typeof transitions)[Of];

/** What moves a connection from one state to another. */
export type Transition = { [Of in State]: EventsOf<Of> }[State];

/** The state after `event`. Throws where the table has no such row: a mistake of ours. */
export function follow(state: State, event: Transition): State {
  const next = (transitions[state] as Partial<Record<Transition, State>>)[event];
  if (next === undefined) throw new Error(`No transition "${event}" from state "${state}".`);
  return next;
}
