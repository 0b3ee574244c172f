/**
 * A server's end of one connection, for tests that answer in place of the real server: frame by frame,
 * also such as no server should send.
 */
import { acceptFor } from '../conformance/format/handshake.ts';
import type { Channel, End } from '../conformance/transport/channel.ts';
import type { Recording } from '../conformance/transport/recording.ts';
import { type Header, headerList, headerValues } from '../conformance/wire/http-head.ts';
import { type FrameFields, opcodes, writeFrame } from '../conformance/wire/wire.ts';
import type { WireConnection, WireWaitOptions } from './connection.ts';
import type { MessageMatch } from './message-match.ts';
import type { WireMessage } from './recorded.ts';

/** How the handshake is accepted (RFC 6455 §4.2.2). */
export interface AcceptOptions {
  /** Default: the first subprotocol that the page offers, if it offers any; `null` for none. */
  readonly protocol?: string | null;
  readonly headers?: readonly Header[];
  /** In place of the value that follows from the key. */
  readonly accept?: string;
}

/** An HTTP response in place of a 101. */
export interface RefuseOptions {
  readonly reason?: string;
  readonly headers?: readonly Header[];
  readonly body?: string;
}

/** Fields of a frame that a correct server would choose otherwise. */
export interface ServerFrame extends Partial<Omit<FrameFields, 'maskKey' | 'opcode'>> {
  /** Four octets. A server must not mask (RFC 6455 §5.1), so there is none by default. */
  readonly mask?: Uint8Array;
}

/** The server's end of a connection that a test answers. */
export class ServerSocket {
  readonly connection: WireConnection;
  /** Whether a Close of the page is answered with the same code, and TCP then ended. Default: true. */
  answersClose = true;
  /** Whether pings of the page are answered. Default: true. */
  answersPings = true;
  readonly #channel: Channel;
  readonly #recording: Recording;
  #hasResponded = false;
  #hasClosed = false;

  /** @internal */
  constructor(channel: Channel, connection: WireConnection) {
    this.connection = connection;
    this.#channel = channel;
    this.#recording = connection.recording;
    channel.open({
      bytes: () => {},
      ended: () => this.end('fin'),
      failed: () => {},
      drained: () => {},
      closed: () => {},
    });
    this.#recording.subscribe((activity) => {
      if (activity.kind !== 'entry') return;
      for (const event of activity.events) {
        if (!('from' in event) || event.from !== 'client') continue;
        if (event.kind === 'ping' && this.answersPings) this.pong(event.payload);
        if (event.kind === 'close' && this.answersClose) this.#answerClose(event.close.code);
      }
    });
  }

  /** Accepts the handshake. The first frame that is sent, or a wait for a message, does it as well. */
  accept(options: AcceptOptions = {}): void {
    const head = this.#recording.head('client');
    if (!head || this.#hasResponded) return;
    const offered = headerList(head, 'Sec-WebSocket-Protocol');
    const { protocol = offered[0] ?? null, headers = [] } = options;
    const key = headerValues(head, 'Sec-WebSocket-Key')[0] ?? '';
    this.#respond('101 Switching Protocols', [
      ['Upgrade', 'websocket'],
      ['Connection', 'Upgrade'],
      ['Sec-WebSocket-Accept', options.accept ?? acceptFor(key)],
      ...(protocol === null ? [] : [['Sec-WebSocket-Protocol', protocol] as const]),
      ...headers,
    ]);
  }

  /** Answers the handshake with another status, and ends TCP. */
  refuse(status: number, { reason = '', headers = [], body = '' }: RefuseOptions = {}): void {
    const length = ['Content-Length', String(Buffer.byteLength(body))] as const;
    this.#respond(`${status} ${reason}`, [...headers, length, ['Connection', 'close']], body);
    this.end('fin');
  }

  /** Sends a text or binary message in one frame. */
  send(data: string | Uint8Array): void {
    const opcode = typeof data === 'string' ? opcodes.text : opcodes.binary;
    this.frame(opcode, data);
  }

  ping(payload: string | Uint8Array = ''): void {
    this.frame(opcodes.ping, payload);
  }

  pong(payload: string | Uint8Array = ''): void {
    this.frame(opcodes.pong, payload);
  }

  /** Sends one frame exactly as given. */
  frame(opcode: number, payload: string | Uint8Array = '', options: ServerFrame = {}): void {
    const { mask, ...fields } = options;
    this.bytes(
      writeFrame({ ...fields, opcode, payload: Buffer.from(payload as string), maskKey: mask }),
    );
  }

  /** Sends octets that need not be frames. */
  bytes(bytes: Uint8Array): void {
    this.accept();
    this.#channel.write(bytes);
  }

  /** Sends a Close frame; TCP ends once the page has answered. */
  close(code?: number, reason = ''): void {
    const body = Buffer.alloc(code === undefined ? 0 : 2);
    if (code !== undefined) body.writeUInt16BE(code);
    this.#hasClosed = true;
    this.frame(opcodes.close, Buffer.concat([body, Buffer.from(reason)]));
  }

  /** Ends this direction of TCP, or resets the connection. */
  end(how: End): void {
    if (this.#channel.writable) this.#channel.end(how);
  }

  /** The next message of the page that matches, past ones included. */
  waitForMessage(
    match?: MessageMatch | ((message: WireMessage) => boolean),
    options?: WireWaitOptions,
  ): Promise<WireMessage> {
    this.accept();
    return this.connection.waitForMessage(match, options);
  }

  /** Calls `listener` for each message of the page from now on. */
  onMessage(listener: (message: WireMessage) => void): void {
    this.accept();
    let seen = this.connection.messages().length;
    this.#recording.subscribe(() => {
      const messages = this.connection.messages();
      for (; seen < messages.length; seen += 1) {
        if (messages[seen]!.from === 'page') listener(messages[seen]!);
      }
    });
  }

  #answerClose(code: number | undefined): void {
    if (!this.#hasClosed) this.close(code);
    this.end('fin');
  }

  #respond(status: string, headers: readonly Header[], body = ''): void {
    if (this.#hasResponded) return;
    this.#hasResponded = true;
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    this.#channel.write(Buffer.from(`HTTP/1.1 ${status}\r\n${lines}\r\n${body}`, 'utf8'));
  }
}
