/** The case format, whole. What a case says is data; `player.ts` plays it, `judge.ts` judges it. */

import type { Handshake } from './handshake.ts';
import type { Check } from './judge/checks.ts';
import type { Payload } from './payload.ts';
import type { ExpectedScriptEvent, ScriptAction } from './program.ts';
import type { Side } from './wire/timeline.ts';
import { type LengthForm, opcodes } from './wire/wire.ts';

export type Level = 'must' | 'should' | 'may';
export type Document =
  | 'RFC 6265'
  | 'RFC 6455'
  | 'RFC 7692'
  | 'RFC 8441'
  | 'RFC 9110'
  | 'RFC 9112'
  | 'W3C Mixed Content'
  | 'WHATWG Fetch'
  | 'WHATWG HTML'
  | 'WHATWG URL'
  | 'WHATWG WebSockets';

/** What a target must be able to do for a case to mean anything; probed before the run. */
export type Need =
  | 'echo'
  | 'pong'
  | 'deflate'
  | 'windowLimit'
  | 'fixedWindow'
  | 'originPolicy'
  | 'script'
  | 'page'
  | 'tls'
  | 'http2';

export interface Case {
  /** A slug, stable for ever, without a section number: `fragmentation/new-text-inside-a-message`. */
  readonly id: string;
  /** Present tense, at most 80 characters, no "should". */
  readonly title: string;
  readonly level: Level;
  readonly document: Document;
  /** Section of the document: `5.4`. */
  readonly section: string;
  /** The rule in our own words. */
  readonly requirement: string;
  /** The roles a target may have. Masking follows the role the peer plays. */
  readonly against: readonly Side[];
  /** Beyond what the expectation implies (see `needsOf`). */
  readonly needs?: readonly Need[];
  /** Advisory ids, `limits`, `slow`, … */
  readonly tags?: readonly string[];
  /** Ids of the equivalent Autobahn cases. */
  readonly autobahn?: readonly string[];
  /** The stable name of the violation that this case provokes: `unmasked-client-frame`. */
  readonly rule?: string;
  /** `untested` where the provocation has to be the very first frame; see `alive.ts`. */
  readonly alive?: 'untested';
  /** Held first, one after the other, each on a connection of its own that is then dropped. */
  readonly before?: readonly Prelude[];
  /** Holds the conversation (and `before`) more than once, each time on connections of its own. */
  readonly repeat?: Repeat;
  /** The opening handshake where it is not the plain one. */
  readonly handshake?: Handshake;
  /** What a driven client is told to do once it is open (role client, need `script`). */
  readonly script?: readonly ScriptAction[];
  /** A function of page/client-cases/api/ that opens the connection in place of the page. */
  readonly page?: string;
  readonly steps: readonly Step[];
  readonly expect: Expectation;
  /** Limit cases: what has to hold once the conversation is over. They are played one at a time. */
  readonly aftermath?: Aftermath;
  /** How long observations may take at least, in ms, where the default is not patient enough. */
  readonly patience?: number;
}

/** A fresh connection is served as before, and memory stayed in budget where it can be read. */
export interface Aftermath {
  /** Octets by which the target's resident memory may grow while the case is played. */
  readonly memory: number;
}

/** A conversation that nobody judges: what it leaves behind in the target is seen in the next. */
export interface Prelude {
  readonly handshake?: Handshake;
  readonly steps: readonly Step[];
}

/** The first conversation that is not as expected decides. */
interface Repeat {
  readonly times: number;
  readonly atOnce: number;
}

/** A case as its section writes it; the section gives document and number. */
export type CaseInSection = Omit<Case, 'document' | 'section'> & {
  readonly document?: Document;
  readonly section?: string;
};

export interface Section {
  readonly document: Document;
  readonly at: string;
  readonly title: string;
  /** A function where `--volume full` sends more than the default. */
  readonly cases: readonly CaseInSection[] | ((volume: Volume) => readonly CaseInSection[]);
}

/** The roles a target may have, as cases name them in `against`. */
export const serverOnly: readonly Side[] = ['server'];
export const clientOnly: readonly Side[] = ['client'];
export const bothRoles: readonly Side[] = ['server', 'client'];

export type Volume = 'default' | 'full';

// --- steps: what the peer does ------------------------------------------------------------------

/** Adjacent items go out in one write. */
export type Step =
  | Item
  /** Items cut into segments of so many bytes, or each item in a write of its own. */
  | { readonly kind: 'segments'; readonly of: number | 'each'; readonly items: readonly Item[] }
  /** Waits until the target has shown the next event of that kind. */
  | { readonly kind: 'await'; readonly event: AwaitedEvent }
  | { readonly kind: 'end'; readonly how: 'fin' | 'rst' }
  | { readonly kind: 'reading'; readonly on: boolean };

export type AwaitedEvent = 'message' | 'ping' | 'pong' | 'close' | 'frame' | 'end';

export type Item = FrameItem | MessageItem | BytesItem;

export function isItem(step: Step): step is Item {
  return step.kind === 'frame' || step.kind === 'message' || step.kind === 'bytes';
}

/** What the steps write, in whatever segments. */
export function itemsOf(steps: readonly Step[]): readonly Item[] {
  return steps.flatMap((step): readonly Item[] => {
    if (step.kind === 'segments') return step.items;
    return isItem(step) ? [step] : [];
  });
}

export interface FrameItem extends FrameOptions {
  readonly kind: 'frame';
  readonly opcode: number;
  readonly payload: Payload;
}

export interface FrameOptions {
  readonly fin?: boolean;
  readonly rsv1?: boolean;
  readonly rsv2?: boolean;
  readonly rsv3?: boolean;
  /** Default: random when the peer is the client, none when it is the server (§5.1). */
  readonly mask?: 'none' | Uint8Array;
  readonly lengthForm?: LengthForm;
  /** A length field that differs from the payload's length. */
  readonly declaredLength?: bigint;
  /** Write only so many bytes of the frame, header included. */
  readonly cut?: number;
}

/** A whole data message: fragmented or compressed as negotiated, by the peer's own writer. */
export interface MessageItem {
  readonly kind: 'message';
  readonly opcode: number;
  readonly payload: Payload;
  /** Bytes of payload per frame; an exact multiple ends in an empty frame. */
  readonly fragment?: number;
  readonly deflate?: boolean;
}

export interface BytesItem {
  readonly kind: 'bytes';
  readonly bytes: Payload;
}

export function frame(
  opcode: number,
  payload: Payload = '',
  options: FrameOptions = {},
): FrameItem {
  return { kind: 'frame', opcode, payload, ...options };
}
export function text(payload: Payload = '', options?: FrameOptions): FrameItem {
  return frame(opcodes.text, payload, options);
}
export function binary(payload: Payload = '', options?: FrameOptions): FrameItem {
  return frame(opcodes.binary, payload, options);
}
export function continuation(payload: Payload = '', options?: FrameOptions): FrameItem {
  return frame(opcodes.continuation, payload, options);
}
export function ping(payload: Payload = '', options?: FrameOptions): FrameItem {
  return frame(opcodes.ping, payload, options);
}
export function pong(payload: Payload = '', options?: FrameOptions): FrameItem {
  return frame(opcodes.pong, payload, options);
}
/** Without a code the body is empty. */
export function close(
  code?: number,
  reason: string | Uint8Array = '',
  options?: FrameOptions,
): FrameItem {
  const body =
    code === undefined
      ? Buffer.alloc(0)
      : Buffer.concat([Uint8Array.of((code >> 8) & 0xff, code & 0xff), Buffer.from(reason)]);
  return frame(opcodes.close, body, options);
}
export function message(
  type: 'text' | 'binary',
  payload: Payload,
  options: Pick<MessageItem, 'fragment' | 'deflate'> = {},
): MessageItem {
  return { kind: 'message', opcode: opcodes[type], payload, ...options };
}
export function bytes(payload: Payload): BytesItem {
  return { kind: 'bytes', bytes: payload };
}
/** Cut into segments of `size` bytes, across the borders of frames. */
export function inSegmentsOf(size: number, ...items: Item[]): Step {
  return { kind: 'segments', of: size, items };
}
export function eachInItsOwnSegment(...items: Item[]): Step {
  return { kind: 'segments', of: 'each', items };
}
export function awaits(event: AwaitedEvent): Step {
  return { kind: 'await', event };
}
export const fin: Step = { kind: 'end', how: 'fin' };
export const rst: Step = { kind: 'end', how: 'rst' };
export const stopReading: Step = { kind: 'reading', on: false };
export const resumeReading: Step = { kind: 'reading', on: true };

// --- expectation: what must be observed ---------------------------------------------------------

export interface Expectation {
  /** Everything the target sends between the handshake and its Close, in this order. */
  readonly events: readonly ExpectedEvent[];
  readonly ending: Ending;
  /** A handshake that is refused is as good. */
  readonly orRefused?: true;
  /** Further looks at the conversation, each with a name. */
  readonly checks?: readonly Check[];
  /** What a client's own program must have seen, in order, where it can be asked. */
  readonly script?: readonly ExpectedScriptEvent[];
}

export type ExpectedEvent = {
  readonly kind: 'text' | 'binary' | 'ping' | 'pong';
  readonly payload: Payload;
  /** May be left out: the document allows both. */
  readonly optional?: boolean;
};

/** A close code, or the absence of one in a Close frame (1005 in an API, §7.1.5). */
export type CloseCode = number | 'none';

type Ending =
  /** After the events the peer sends Close 1000; the target answers it and TCP ends. */
  | {
      readonly kind: 'normal';
      /** A target that closes with 1009 or 1008 instead has a limit of its own (§10.4): `info`. */
      readonly orTooBig?: true;
    }
  /** The target answers the Close among the steps with one of these codes and TCP ends. */
  | { readonly kind: 'closed'; readonly codes: readonly CloseCode[] }
  /** The target fails the connection (§7.1.7): Close with one of these codes, then TCP ends. */
  | {
      readonly kind: 'failed';
      readonly codes: readonly CloseCode[];
      /** The peer does not answer the target's Close. */
      readonly unanswered?: true;
      /** The Close frame and its code are the target's choice; that the connection ends is not. */
      readonly orDropped?: true;
    }
  /** The target waits for what is missing, or fails the connection with one of these codes. */
  | { readonly kind: 'pending'; readonly codes: readonly CloseCode[] }
  /** The handshake is refused: a final status other than 101, or the connection closed. */
  | { readonly kind: 'refused'; readonly statuses?: readonly number[] }
  /** TCP ends, in whatever way: after the peer's own FIN or RST. */
  | { readonly kind: 'gone' }
  /** The target's program asks for no connection at all. */
  | { readonly kind: 'unopened' }
  /** No document decides: any ending, reported as seen. */
  | { readonly kind: 'any' };

export const echoOf = (item: { opcode: number; payload: Payload }): ExpectedEvent => ({
  kind: item.opcode === opcodes.binary ? 'binary' : 'text',
  payload: item.payload,
});
export const pongOf = (payload: Payload = ''): ExpectedEvent => ({ kind: 'pong', payload });
export const optional = (event: ExpectedEvent): ExpectedEvent => ({ ...event, optional: true });

type More = Partial<Pick<Expectation, 'events' | 'checks' | 'script'>>;

/** These events come back, in order and nothing else; then a normal close. */
export function answered(events: readonly ExpectedEvent[], more: More = {}): Expectation {
  return { ...more, events, ending: { kind: 'normal' } };
}
/** As `answered`, for messages so large that a target may have a limit below them. */
export function answeredOrTooBig(events: readonly ExpectedEvent[]): Expectation {
  return { events, ending: { kind: 'normal', orTooBig: true } };
}
/** The target fails the connection with one of these codes; `more.events` may come before. */
export function failed(codes: CloseCode | readonly CloseCode[], more: More = {}): Expectation {
  return { events: [], ...more, ending: { kind: 'failed', codes: list(codes) } };
}
/** As `failed`, where the document asks for the end of the connection, with a Close or without. */
export function failedOrDropped(code: CloseCode, more: More = {}): Expectation {
  return { events: [], ...more, ending: { kind: 'failed', codes: [code], orDropped: true } };
}
/** As `failed`, and the target ends TCP though its Close is never answered (§7.1.7). */
export function failedAlone(codes: CloseCode | readonly CloseCode[]): Expectation {
  return { events: [], ending: { kind: 'failed', codes: list(codes), unanswered: true } };
}
/** Nothing comes: the target waits for what is missing, or refuses it with one of these codes. */
export function pending(codes: CloseCode | readonly CloseCode[] = []): Expectation {
  return { events: [], ending: { kind: 'pending', codes: list(codes) } };
}
export function closed(codes: CloseCode | readonly CloseCode[], more: More = {}): Expectation {
  return { events: [], ...more, ending: { kind: 'closed', codes: list(codes) } };
}
export function refused(statuses?: readonly number[], more: More = {}): Expectation {
  return { events: [], ...more, ending: { kind: 'refused', ...(statuses && { statuses }) } };
}
/** A handshake that succeeds, an exchange that works, a normal close; `checks` look at the rest. */
export function accepted(...checks: Check[]): Expectation {
  return { events: [], checks, ending: { kind: 'normal' } };
}
/** The document allows both: what is expected, or a handshake that is refused. */
export function orRefused(expectation: Expectation): Expectation {
  return { ...expectation, orRefused: true };
}
export function gone(more: More = {}): Expectation {
  return { events: [], ...more, ending: { kind: 'gone' } };
}
/** No connection is asked for; what the target's program saw is all there is. */
export function unopened(script: readonly ExpectedScriptEvent[]): Expectation {
  return { events: [], script, ending: { kind: 'unopened' } };
}
/** The document leaves it open: the verdict is `info` with what was seen. */
export function observed(more: More = {}): Expectation {
  return { events: [], ...more, ending: { kind: 'any' } };
}

const list = (codes: CloseCode | readonly CloseCode[]) =>
  typeof codes === 'object' ? codes : [codes];
