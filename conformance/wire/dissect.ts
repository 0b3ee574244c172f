/**
 * A timeline as blocks of named fields: the form that text, report and inspector share. Each field
 * says where its bytes are, what they mean and which section defines them; none says whether they
 * are right.
 */
import { type Conversation, type ConversationEvent, readConversation } from './conversation.ts';
import type { Direction, ObservedClose } from './direction.ts';
import {
  count,
  type Field,
  frameFields,
  frameTitle,
  messageWords,
  type UnslicedField,
} from './dissect-frame.ts';
import type { HttpHead } from './http-head.ts';
import type { Message, ObservedFrame } from './messages.ts';
import { escapeUnseen, hex, quote } from './printable.ts';
import { bytesFrom, type ScriptEvent, type Side, type Timeline } from './timeline.ts';

export interface Block {
  readonly kind: 'head' | 'frame' | 'bytes' | 'event';
  /** Undefined for what belongs to neither side. */
  readonly from: Side | undefined;
  /** Milliseconds since the connection was opened, when the last byte was seen. */
  readonly at: number;
  readonly offset: number;
  readonly length: number;
  /** In words: `text frame, FIN, masked, 3 bytes`. */
  readonly title: string;
  readonly fields: readonly Field[];
  /** What stands out, in words; for a reader's eye, not a verdict. */
  readonly remarks: readonly string[];
}

/** Where a block is. Its fields take far longer than its place, and most readers show few blocks. */
export interface BlockOutline extends Pick<Block, 'kind' | 'from' | 'at' | 'offset' | 'length'> {
  block(): Block;
}

/** A report shows conversations of many results: of compressed messages it holds so many octets. */
const roomToShow = 32 * 1024 * 1024;

/** @param maxBytes how many bytes of one field are shown as hex */
export function outline(timeline: Timeline, maxBytes = 32): BlockOutline[] {
  return new Dissector(timeline, readConversation(timeline, roomToShow), maxBytes).outline();
}

/** The same with every block dissected. */
export function dissect(timeline: Timeline, maxBytes = 32): Block[] {
  return outline(timeline, maxBytes).map((each) => each.block());
}

class Dissector {
  readonly #conversation: Conversation;
  readonly #streams: Record<Side, Uint8Array>;
  readonly #maxBytes: number;

  constructor(timeline: Timeline, conversation: Conversation, maxBytes: number) {
    this.#conversation = conversation;
    this.#streams = {
      client: bytesFrom(timeline, 'client'),
      server: bytesFrom(timeline, 'server'),
    };
    this.#maxBytes = maxBytes;
  }

  outline(): BlockOutline[] {
    const { events, client, server } = this.#conversation;
    const blocks: BlockOutline[] = [];
    const ended = new Set<Side>();
    events.forEach((event, index) => {
      if (event.kind === 'fin' || event.kind === 'rst') {
        blocks.push(...this.#rest(event.from, this.#conversation[event.from]));
        ended.add(event.from);
      }
      blocks.push(...this.#block(event, events[index + 1]));
    });
    if (!ended.has('client')) blocks.push(...this.#rest('client', client));
    if (!ended.has('server')) blocks.push(...this.#rest('server', server));
    return blocks;
  }

  #block(event: ConversationEvent, next: ConversationEvent | undefined): BlockOutline[] {
    switch (event.kind) {
      case 'head':
        return [
          this.#head(event.from, event.at, event.head),
          ...this.#body(event.from, event.head),
        ];
      case 'frame': {
        const message = next?.kind === 'message' ? next.message : undefined;
        const close = next?.kind === 'close' ? next.close : undefined;
        return [this.#frame(event.frame, message, close)];
      }
      case 'message':
      case 'ping':
      case 'pong':
      case 'close':
        return [];
      case 'fin':
        return [occurrence(event.from, event.at, 'FIN: nothing more will be sent')];
      case 'rst':
        return [occurrence(event.from, event.at, 'RST: the connection is torn down')];
      case 'timeout':
        return [
          occurrence(undefined, event.at, `timeout: waited for ${escapeUnseen(event.waitingFor)}`),
        ];
      case 'overflow': {
        const limit = escapeUnseen(event.limit);
        const words = `more than ${limit}: nothing is recorded from here on`;
        return [occurrence(event.from, event.at, words)];
      }
      case 'drop':
        return [occurrence(event.from, event.at, 'the harness waits no longer and drops TCP')];
      case 'script':
        return [occurrence('client', event.at, `script: ${scriptWords(event.event)}`)];
    }
  }

  #head(from: Side, at: number, head: HttpHead): BlockOutline {
    const { offset, length } = head;
    const block = () => this.#headBlock(from, at, head);
    return { kind: 'head', from, at, offset, length, block };
  }

  #headBlock(from: Side, at: number, head: HttpHead): Block {
    const { offset, length, startLine, headers, anomalies, complete } = head;
    const line = (name: string, at: number, size: number, meaning: string, section: string) =>
      this.#field(from, { name, offset: at, length: size, meaning, section });
    const fields = [
      line(`${startLine.kind} line`, startLine.offset, startLine.length, '', 'RFC 9112 §3'),
      ...headers.map((field) =>
        line(
          field.name,
          field.offset,
          field.length,
          quote(Buffer.from(field.value, 'latin1')),
          'RFC 9112 §5',
        ),
      ),
    ];
    const last = headers.at(-1) ?? startLine;
    const end = last.offset + last.length;
    if (complete) fields.push(line('end', end, offset + length - end, '', 'RFC 9112 §2.1'));
    return {
      kind: 'head',
      from,
      at,
      offset,
      length,
      title: `${startLine.kind}${complete ? '' : ', cut short'}`,
      fields,
      remarks: anomalies.map((anomaly) => `${anomaly.name} at ${anomaly.offset}`),
    };
  }

  /** A body has no event: it follows the head it belongs to. */
  #body(from: Side, head: HttpHead & { at: number }): BlockOutline[] {
    const { body, head: final } = this.#conversation[from];
    if (body.length === 0 || final?.offset !== head.offset) return [];
    return [
      this.#bytes(from, head.at, head.offset + head.length, body.length, 'body', 'RFC 9112 §6'),
    ];
  }

  #rest(from: Side, direction: Direction): BlockOutline[] {
    const { bytes, offset, head, frame } = direction.rest;
    if (bytes.length === 0) return [];
    const at = direction.ending.how === 'open' ? 0 : direction.ending.at;
    if (head) return [this.#head(from, at, head)];
    if (frame) return [this.#frame(frame, undefined, undefined)];
    const title =
      direction.head && this.#conversation.accepted
        ? 'unfinished frame header'
        : 'bytes before the response';
    return [this.#bytes(from, at, offset, bytes.length, title, 'RFC 6455 §5.2')];
  }

  #bytes(
    from: Side,
    at: number,
    offset: number,
    length: number,
    name: string,
    section: string,
  ): BlockOutline {
    const meaning = quote(this.#streams[from].subarray(offset, offset + length));
    const field = this.#field(from, { name, offset, length, meaning, section });
    const title = `${name}, ${count(length)}`;
    return outlineOf({
      ...({ kind: 'bytes', from, at, offset, length } as const),
      ...{ title, fields: [field], remarks: [] },
    });
  }

  #frame(frame: ObservedFrame, message?: Message, close?: ObservedClose): BlockOutline {
    const { from, at, offset } = frame;
    const block = () => this.#frameBlock(frame, message, close);
    return { kind: 'frame', from, at, offset, length: wireLength(frame), block };
  }

  #frameBlock(frame: ObservedFrame, message?: Message, close?: ObservedClose): Block {
    const { from, at, offset } = frame;
    const compression = this.#conversation.deflate !== undefined;
    const fields = frameFields(frame, close, compression, this.#maxBytes);
    return {
      kind: 'frame',
      from,
      at,
      offset,
      length: wireLength(frame),
      title: frameTitle(frame),
      fields: fields.map((field) => this.#field(from, field)),
      remarks: messageWords(message),
    };
  }

  #field(from: Side, field: UnslicedField): Field {
    const bytes = this.#streams[from].subarray(field.offset, field.offset + field.length);
    return { ...field, hex: hex(bytes, this.#maxBytes) };
  }
}

function occurrence(from: Side | undefined, at: number, title: string): BlockOutline {
  return outlineOf({
    ...({ kind: 'event', from, at, offset: 0, length: 0 } as const),
    ...{ title, fields: [], remarks: [] },
  });
}

function outlineOf(block: Block): BlockOutline {
  const { kind, from, at, offset, length } = block;
  return { kind, from, at, offset, length, block: () => block };
}

/** Without a look at the payload, which would be unmasked for it. */
function wireLength(frame: ObservedFrame): number {
  const { complete, headerLength, declaredLength } = frame;
  return headerLength + (complete ? Number(declaredLength) : frame.payload.length);
}

function scriptWords(event: ScriptEvent): string {
  const text = (value: string) => quote(Buffer.from(value));
  switch (event.type) {
    case 'open':
      return `open, protocol ${text(event.protocol)}, extensions ${text(event.extensions)}`;
    case 'message':
      return `${event.binary ? 'binary' : 'text'} message, ${count(event.length)}${event.data ? `: ${quote(event.data)}` : ''}`;
    case 'error':
      return event.message === undefined ? 'error' : `error ${text(event.message)}`;
    case 'close':
      return `close ${event.code} ${text(event.reason)}${event.wasClean ? '' : ', not clean'}`;
    case 'value':
      return `${text(event.name)} is ${text(JSON.stringify(event.value) ?? 'undefined')}`;
  }
}
