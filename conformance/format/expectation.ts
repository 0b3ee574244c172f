/** Expectations: what must be observed, and the words for it. */

import { opcodes } from '../wire/wire.ts';
import type { Check } from './check.ts';
import type { CloseCode, Ending } from './ending.ts';
import type { Payload } from './payload.ts';
import type { ExpectedScriptEvent } from './program.ts';

/** What a target has to do after the handshake. */
export interface Expectation {
  /** Everything the target sends between the handshake and its Close, in this order. */
  readonly events: readonly ExpectedEvent[];
  readonly ending: Ending;
  /** A refused handshake is equally acceptable. */
  readonly orRefused?: true;
  /** Further looks at the conversation, each with a name. */
  readonly checks?: readonly Check[];
  /** What a client's own program must have seen, in order, where it can be asked. */
  readonly script?: readonly ExpectedScriptEvent[];
}

/** A message or control frame that the target has to send. */
export type ExpectedEvent = {
  readonly kind: 'text' | 'binary' | 'ping' | 'pong';
  readonly payload: Payload;
  /** May be left out: the document allows both. */
  readonly optional?: boolean;
  /** That it comes is all that is asked here. */
  readonly anyPayload?: boolean;
  /** Any message will do, of whichever type. */
  readonly anyMessage?: boolean;
};

/** The message comes back with the same type and payload. */
export const echoOf = (item: { opcode: number; payload: Payload }): ExpectedEvent => ({
  kind: item.opcode === opcodes.binary ? 'binary' : 'text',
  payload: item.payload,
});
/** A pong with the payload of the ping that it answers (§5.5.3). */
export const pongOf = (payload: Payload = ''): ExpectedEvent => ({ kind: 'pong', payload });
/** The event may also be absent. */
export const optional = (event: ExpectedEvent): ExpectedEvent => ({ ...event, optional: true });

/** What an expectation may have in addition to its ending. */
export type MoreExpected = Partial<Pick<Expectation, 'events' | 'checks' | 'script'>>;

/** These events come back, in order and nothing else; then a normal close. */
export function answered(events: readonly ExpectedEvent[], more: MoreExpected = {}): Expectation {
  return { ...more, events, ending: { kind: 'normal' } };
}
/** As `answered`, for messages so large that a target may have a limit below them. */
export function answeredOrTooBig(events: readonly ExpectedEvent[]): Expectation {
  return { events, ending: { kind: 'normal', orTooBig: true } };
}
/** The target fails the connection with one of these codes; `more.events` may come before. */
export function failed(
  codes: CloseCode | readonly CloseCode[],
  more: MoreExpected = {},
): Expectation {
  return { events: [], ...more, ending: { kind: 'failed', codes: list(codes) } };
}
/** As `failed`, where the document asks for the end of the connection, with a Close or without. */
export function failedOrDropped(code: CloseCode, more: MoreExpected = {}): Expectation {
  return { events: [], ...more, ending: { kind: 'failed', codes: [code], orDropped: true } };
}
/** As `failed`, and the target ends TCP though its Close is never answered (§7.1.7). */
export function failedAlone(codes: CloseCode | readonly CloseCode[]): Expectation {
  return { events: [], ending: { kind: 'failed', codes: list(codes), unanswered: true } };
}
/** As `failedAlone`, where the code is the target's choice. */
export function closedAlone(code: CloseCode): Expectation {
  return {
    events: [],
    ending: { kind: 'failed', codes: [code], orDropped: true, unanswered: true },
  };
}
/** Nothing comes: the target waits for what is missing, or refuses it with one of these codes. */
export function pending(codes: CloseCode | readonly CloseCode[] = []): Expectation {
  return { events: [], ending: { kind: 'pending', codes: list(codes) } };
}
/**
 * The target answers the Close that is among the steps with one of these codes, and TCP ends
 * (§5.5.1).
 */
export function closed(
  codes: CloseCode | readonly CloseCode[],
  more: MoreExpected = {},
): Expectation {
  return { events: [], ...more, ending: { kind: 'closed', codes: list(codes) } };
}
/**
 * The handshake is refused, with one of these HTTP statuses if any are given, or by closing the
 * connection (§4.2.2).
 */
export function refused(statuses?: readonly number[], more: MoreExpected = {}): Expectation {
  return { events: [], ...more, ending: { kind: 'refused', ...(statuses && { statuses }) } };
}
/** As `refused`, where a server may also wait for what the request has announced. */
export function refusedOrPending(): Expectation {
  return { events: [], ending: { kind: 'refused', orSilent: true } };
}
/** A handshake that succeeds, an exchange that works, a normal close; `checks` look at the rest. */
export function accepted(...checks: Check[]): Expectation {
  return { events: [], checks, ending: { kind: 'normal' } };
}
/** The document allows both: what is expected, or a handshake that is refused. */
export function orRefused(expectation: Expectation): Expectation {
  return { ...expectation, orRefused: true };
}
/** TCP ends in any way, after the peer has ended or reset it. */
export function gone(more: MoreExpected = {}): Expectation {
  return { events: [], ...more, ending: { kind: 'gone' } };
}
/** No connection is asked for; what the target's program saw is all there is. */
export function unopened(script: readonly ExpectedScriptEvent[]): Expectation {
  return { events: [], script, ending: { kind: 'unopened' } };
}
/** The document leaves it open: the verdict is `info` with what was seen. */
export function observed(more: MoreExpected = {}): Expectation {
  return { events: [], ...more, ending: { kind: 'any' } };
}

const list = (codes: CloseCode | readonly CloseCode[]) =>
  typeof codes === 'object' ? codes : [codes];
