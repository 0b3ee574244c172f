/**
 * What a recorded connection said: heads, frames, messages, control frames, endings. Pure: the same
 * timeline gives the same conversation, and nothing here knows what would have been right.
 */
import {
  type Direction,
  type DirectionEvent,
  DirectionReader,
  type Ending,
  isInterim,
  type ObservedHead,
  type Rest,
} from './direction.ts';
import { headerList, headerValues } from './http-head.ts';
import { MessageAssembler } from './messages.ts';
import {
  type DeflateAgreement,
  type Extension,
  readDeflateAgreement,
  readExtensions,
} from './negotiation.ts';
import type {
  BytesEntry,
  DropEntry,
  EndEntry,
  OverflowEntry,
  ScriptEntry,
  Side,
  Timeline,
  TimelineEntry,
  TimeoutEntry,
} from './timeline.ts';

/** What a timeline says, entry by entry: heads, frames, messages and endings. */
export type ConversationEvent =
  | DirectionEvent
  | EndEntry
  | TimeoutEntry
  | OverflowEntry
  | DropEntry
  | ScriptEntry;

/** A timeline parsed into handshake, frames, messages and endings. */
export interface Conversation {
  readonly transport: Timeline['transport'];
  readonly client: Direction;
  readonly server: Direction;
  /** Whether the response opened a WebSocket connection: a 101 to websocket; over HTTP/2, 200. */
  readonly accepted: boolean;
  /** What the response says was agreed. */
  readonly subprotocol: string | undefined;
  readonly extensions: readonly Extension[];
  readonly deflate: DeflateAgreement | undefined;
  /** All of it in the order in which it could be known. */
  readonly events: readonly ConversationEvent[];
}

/**
 * Reads a whole timeline.
 * @param roomToInflate octets that the messages of one side may inflate to. Default: 256 MiB
 */
export function readConversation(timeline: Timeline, roomToInflate?: number): Conversation {
  const reader = new ConversationReader(timeline.transport);
  reader.roomToInflate = roomToInflate;
  for (const entry of timeline.entries) reader.push(entry);
  return reader.conversation();
}

/** Reads a connection while it lives: entries in, what they completed out. */
export class ConversationReader {
  readonly #transport: Timeline['transport'];
  readonly #directions = {
    client: new DirectionReader('client'),
    server: new DirectionReader('server'),
  };
  readonly #events: ConversationEvent[] = [];
  /** Octets that the messages of one side may inflate to; undefined for what a file can hold. */
  roomToInflate: number | undefined;
  #accepted = false;
  #response: ObservedHead | undefined;
  #timeout: (Ending & { how: 'timeout' }) | undefined;

  constructor(transport: Timeline['transport'] = 'tcp') {
    this.#transport = transport;
  }

  /** Whether a response has opened a WebSocket connection so far. */
  get accepted(): boolean {
    return this.#accepted;
  }

  /** Whether a frame of that side may begin with its next byte. */
  isBetweenFrames(side: Side): boolean {
    return this.#directions[side].isBetweenFrames;
  }

  /** Whether a whole frame of that side has been seen. */
  hasFrame(side: Side): boolean {
    return this.#directions[side].hasFrame;
  }

  /** Octets after the head of that side that are not read before a response says what they are. */
  octetsAhead(side: Side): number {
    return this.#directions[side].octetsAhead;
  }

  /** Bytes of a side that make no whole head or frame yet. */
  rest(side: Side): Rest {
    return this.#directions[side].rest;
  }

  /** What the entries so far have completed, in order. */
  get events(): readonly ConversationEvent[] {
    return this.#events;
  }

  /** The request, or the final response, of a side; undefined while it is not whole. */
  head(side: Side): ObservedHead | undefined {
    return this.#directions[side].head;
  }

  /** The events that this entry completes, in order. */
  push(entry: TimelineEntry): ConversationEvent[] {
    const events = this.#read(entry);
    for (const event of events) this.#events.push(event);
    return events;
  }

  conversation(): Conversation {
    const response = this.#accepted ? this.#response : undefined;
    return {
      transport: this.#transport,
      client: this.#directions.client.direction(this.#timeout),
      server: this.#directions.server.direction(this.#timeout),
      accepted: this.#accepted,
      subprotocol: response && headerValues(response, 'Sec-WebSocket-Protocol')[0],
      extensions: response ? readExtensions(response) : [],
      deflate: response && readDeflateAgreement(response),
      events: [...this.#events],
    };
  }

  #read(entry: TimelineEntry): ConversationEvent[] {
    switch (entry.kind) {
      case 'bytes':
        return this.#readBytes(entry);
      case 'fin':
      case 'rst': {
        this.#directions[entry.from].end(entry.kind, entry.at);
        return [entry];
      }
      case 'timeout':
        this.#timeout = { how: 'timeout', at: entry.at, waitingFor: entry.waitingFor };
        return [entry];
      case 'overflow':
        this.#directions[entry.from].overflow(entry.limit, entry.at);
        return [entry];
      case 'drop':
      case 'script':
        return [entry];
    }
  }

  #readBytes(entry: BytesEntry): ConversationEvent[] {
    const events: ConversationEvent[] = [];
    for (const event of this.#directions[entry.from].read(entry)) {
      events.push(event);
      if (event.kind === 'head' && event.from === 'server')
        events.push(...this.#decide(event.head));
    }
    return events;
  }

  /** The response decides what the bytes after both heads are. */
  #decide(head: ObservedHead): ConversationEvent[] {
    if (isInterim(head)) return [];
    const { client, server } = this.#directions;
    this.#response = head;
    this.#accepted = this.#opensWebSocket(head);
    // A response without Upgrade that has an accept value is a handshake too, if a bad one: its
    // sender, and a client that accepts it, go on in frames.
    const goesOnInFrames = this.#accepted || isSwitchWithAccept(head);
    if (!goesOnInFrames) return [...client.refuse(), ...server.refuse()];
    const deflate = readDeflateAgreement(head);
    return [
      ...client.accept(new MessageAssembler(deflate?.client, this.roomToInflate)),
      ...server.accept(new MessageAssembler(deflate?.server, this.roomToInflate)),
    ];
  }

  #opensWebSocket(head: ObservedHead): boolean {
    if (this.#transport === 'h2') return hasStatus(head, 200);
    const protocols = headerList(head, 'Upgrade').map((protocol) => protocol.toLowerCase());
    return hasStatus(head, 101) && protocols.includes('websocket');
  }
}

const hasStatus = ({ startLine }: ObservedHead, status: number) =>
  startLine.kind === 'response' && startLine.status === status;

function isSwitchWithAccept(head: ObservedHead): boolean {
  return hasStatus(head, 101) && headerValues(head, 'Sec-WebSocket-Accept').length > 0;
}
