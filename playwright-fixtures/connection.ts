/** One recorded WebSocket connection, as a test sees it. Nothing here judges. */

import {
  redactorOfConversation,
  redactTimeline,
} from '../conformance/redaction/redact-timeline.ts';
import { redactorFor } from '../conformance/redaction/redactor.ts';
import type { Recording } from '../conformance/transport/recording.ts';
import type { Cut, Relay } from '../conformance/transport/relay.ts';
import { annotate } from '../conformance/wire/annotate.ts';
import type { Conversation } from '../conformance/wire/conversation.ts';
import { headerValues } from '../conformance/wire/http-head.ts';
import type { Timeline } from '../conformance/wire/timeline.ts';
import { type FrameFields, writeFrame } from '../conformance/wire/wire.ts';
import { describeMessageMatch, type MessageMatch, matchesMessage } from './message-match.ts';
import {
  endOf,
  frameOf,
  headersOf,
  messageOf,
  sideOf,
  type WireClosing,
  type WireControl,
  type WireEnd,
  type WireFrame,
  type WireMessage,
  type WireRequest,
  type WireResponse,
} from './recorded.ts';

/** A frame to put into a stream. */
export interface InjectedFrame extends Partial<Omit<FrameFields, 'maskKey'>> {
  /** Which end seems to have sent it. */
  readonly from: WireEnd;
  readonly opcode: number;
  readonly payload?: string | Uint8Array;
  /** Four octets. Default: as RFC 6455 §5.1 requires of that end. `null`: not masked. */
  readonly mask?: Uint8Array | null;
}

/** How long to wait for something. */
export interface WireWaitOptions {
  /** In ms. Default: what is left of the test's time. */
  readonly timeout?: number;
}

/** One recorded WebSocket connection. */
export class WireConnection {
  /** @internal */
  readonly recording: Recording;
  /** When it was opened. */
  readonly startedAt: Date = new Date();
  /** What the recorder or the test did to it, in words. */
  readonly notes: string[];
  readonly #url: string;
  readonly #relay: Relay;
  readonly #timeLeft: () => number;
  readonly #messages: WireMessage[] = [];
  #eventsRead = 0;
  #cut: Exclude<Cut, 'stall'> | undefined;

  /** @internal */
  constructor(
    url: string,
    relay: Relay,
    { notes, timeLeft }: { notes: readonly string[]; timeLeft: () => number },
  ) {
    this.#url = url;
    this.#relay = relay;
    this.recording = relay.recording;
    this.notes = [...notes];
    this.#timeLeft = timeLeft;
  }

  /** As the page wrote it, in normal form: `wss://example.com/chat`. */
  url(): string {
    return this.#url;
  }

  /** The opening request; null while it is not complete. */
  request(): WireRequest | null {
    const head = this.recording.head('client');
    if (head?.startLine.kind !== 'request') return null;
    const { method, target, version } = head.startLine;
    return { method, target, httpVersion: version, headers: headersOf(head) };
  }

  /** The final response; null before it is complete. */
  response(): WireResponse | null {
    const head = this.recording.head('server');
    if (head?.startLine.kind !== 'response') return null;
    const { status = 0, reason } = head.startLine;
    return { status, reason, headers: headersOf(head) };
  }

  /** The subprotocol that the response names; empty without one, as in `WebSocket.protocol`. */
  protocol(): string {
    return this.conversation().subprotocol ?? '';
  }

  /** The value of Sec-WebSocket-Extensions in the response; empty without one. */
  extensions(): string {
    const head = this.recording.head('server');
    return head ? headerValues(head, 'Sec-WebSocket-Extensions').join(', ') : '';
  }

  /** The Origin of the request: with the URL, what tells pages and workers apart. */
  origin(): string | null {
    const head = this.recording.head('client');
    return (head && headerValues(head, 'Origin')[0]) ?? null;
  }

  /** Frames of both ends in the order in which they were seen. */
  frames(): readonly WireFrame[] {
    return this.recording.events.flatMap((event) =>
      event.kind === 'frame' ? [frameOf(event.frame)] : [],
    );
  }

  /** Messages of both ends in the order in which they were seen, empty ones too. */
  messages(): readonly WireMessage[] {
    const { events } = this.recording;
    // A matcher asks again after each entry: what is known is not made again.
    for (; this.#eventsRead < events.length; this.#eventsRead += 1) {
      const event = events[this.#eventsRead]!;
      if (event.kind === 'message') this.#messages.push(messageOf(event.message));
    }
    return this.#messages;
  }

  pings(): readonly WireControl[] {
    return this.#controls('ping');
  }

  pongs(): readonly WireControl[] {
    return this.#controls('pong');
  }

  /** How it has ended so far. */
  closing(): WireClosing {
    const { events } = this.recording;
    const close = events.find((event) => event.kind === 'close');
    const end = events.find((event) => event.kind === 'fin' || event.kind === 'rst');
    if (close?.kind === 'close') {
      const { code = null, reason } = close.close;
      const text = Buffer.from(reason).toString();
      return { by: endOf(close.from), code, reason: text, ending: 'close' };
    }
    const none = { code: null, reason: '' };
    if (this.#cut) return { ...none, by: 'test', ending: this.#cut };
    if (end?.kind === 'fin' || end?.kind === 'rst') {
      return { ...none, by: endOf(end.from), ending: end.kind };
    }
    return { ...none, by: null, ending: 'open' };
  }

  /** Whether both ends are done with it. */
  isClosed(): boolean {
    return this.recording.isClosed;
  }

  /** Why the server could not be reached or the recording is not complete; null if nothing failed. */
  failure(): string | null {
    return this.recording.failure ?? null;
  }

  /**
   * The first message that matches, past ones included.
   * @throws {Error} if it has not come in time, or cannot come any more; the message shows the bytes
   */
  async waitForMessage(
    match?: MessageMatch | ((message: WireMessage) => boolean),
    options: WireWaitOptions = {},
  ): Promise<WireMessage> {
    const matches = (message: WireMessage) =>
      match === undefined ||
      (typeof match === 'function' ? match(message) : matchesMessage(match, message.data));
    const found = () => this.messages().find(matches);
    const words = typeof match === 'function' ? '' : ` ${describeMessageMatch(match)}`;
    await this.#require(() => found() !== undefined, `no message${words}`, options);
    return found()!;
  }

  /**
   * Resolves once both ends are done with it.
   * @throws {Error} if that does not happen in time; the message shows the bytes
   */
  async waitForClose(options: WireWaitOptions = {}): Promise<WireClosing> {
    await this.#require(() => this.isClosed(), 'it is still open', options);
    return this.closing();
  }

  /**
   * Puts a frame into the stream of one end, between two frames of that end. The other end sees it as
   * if it had been sent there.
   * @throws {Error} if that stream has ended
   */
  async inject({ from, opcode, payload = '', mask, ...fields }: InjectedFrame): Promise<void> {
    const side = sideOf(from);
    const usual = side === 'client' ? Uint8Array.of(0x12, 0x34, 0x56, 0x78) : undefined;
    const maskKey = mask === undefined ? usual : (mask ?? undefined);
    const bytes = writeFrame({ ...fields, opcode, payload: Buffer.from(payload), maskKey });
    await this.#relay.inject(side, bytes);
  }

  /** What was recorded, for `renderHar`, `renderPcapng` and `annotate` of `framewright/wire`. */
  timeline(): Timeline {
    return this.recording.timeline();
  }

  /** The timeline, parsed. */
  conversation(): Conversation {
    return this.recording.conversation();
  }

  /** The record as text: every byte, by field, with secrets redacted. */
  annotated(): string {
    const failure = this.failure();
    const lines = [
      this.#url,
      ...this.notes.map((note) => `Note: ${note}.`),
      ...(failure === null ? [] : [`Not recorded: ${failure}.`]),
      annotate(this.redactedTimeline()),
    ];
    return this.redacted(lines.join('\n'));
  }

  /** @internal the text without what the URL and the handshake have of cookies, credentials and tokens */
  redacted(text: string): string {
    const redactor = redactorFor(new URL(this.#url)).and(redactorOfConversation(this.timeline()));
    return redactor.text(text);
  }

  /** The timeline with an asterisk for each octet of a cookie, a credential or a token. */
  redactedTimeline(): Timeline {
    const timeline = this.timeline();
    return redactTimeline(timeline, redactorOfConversation(timeline));
  }

  /** @internal */
  cut(how: Cut): void {
    const { ending } = this.closing();
    if (ending !== 'open') return;
    if (how !== 'stall') this.#cut = how;
    this.notes.push(`wire.cut({ how: '${how}' })`);
    this.#relay.cut(how);
  }

  /** @internal */
  resume(): void {
    this.#relay.resume();
  }

  /** @internal */
  destroy(): void {
    this.#relay.destroy();
  }

  #controls(kind: 'ping' | 'pong'): readonly WireControl[] {
    return this.recording.events.flatMap((event) =>
      event.kind === kind
        ? [{ from: endOf(event.from), payload: event.payload, time: event.at }]
        : [],
    );
  }

  async #require(
    look: () => boolean,
    missing: string,
    { timeout = this.#timeLeft() }: WireWaitOptions,
  ): Promise<void> {
    const outcome = await this.recording.until(look, { timeout });
    if (outcome === 'met') return;
    const when =
      outcome === 'closed' ? 'the connection has ended' : `after ${Math.round(timeout)} ms`;
    throw new Error(`${when}: ${missing}\n\n${this.annotated()}`);
  }
}
