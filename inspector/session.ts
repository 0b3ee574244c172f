// An inspector session: a port of its own whose connections reach one target through an interloper,
// and the events that tell the page what passed.

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { ConversationEvent } from '../conformance/conversation.ts';
import type { TapActivity } from '../conformance/tap.ts';
import type { Timeline } from '../conformance/timeline.ts';
import { type FrameToWrite, type ReadFrame, writeFrame } from '../conformance/wire.ts';
import { type Interloper, interpose } from './interloper.ts';
import type { FrameOrder, InjectionOrder, SessionEvent, Side } from './session-events.ts';

/** Bytes of a payload or a message that the page gets to see; the saved timeline has all. */
const shownBytes = 4096;

/** A session records everything in memory, and ends when it holds this many bytes. */
const mostRecordedBytes = 512 * 1024 * 1024;

export class Session {
  readonly name = randomUUID();
  readonly #target: URL;
  readonly #tell: (event: SessionEvent) => void;
  readonly #server: Server;
  readonly #interlopers: (Interloper | undefined)[] = [];
  readonly #sockets = new Set<Socket>();
  /** Connections on which permessage-deflate was agreed. */
  readonly #deflated = new Set<number>();
  #recordedBytes = 0;

  /** @param target a ws: or wss: URL */
  constructor(target: URL, tell: (event: SessionEvent) => void) {
    this.#target = target;
    this.#tell = tell;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true });
    this.#server.on('connection', (client) => this.#connected(client));
  }

  /** Listens on a free port of this machine alone, and says where. */
  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const { port } = this.#server.address() as AddressInfo;
    const { pathname, search } = this.#target;
    const url = `ws://127.0.0.1:${port}${pathname}${search}`;
    this.#tell({ kind: 'listening', session: this.name, url });
  }

  /** @throws Error with a sentence for a person, when there is no such connection or it has ended */
  async inject({ connection, as, frames }: InjectionOrder): Promise<void> {
    const interloper = this.#interlopers[connection];
    if (!interloper) throw new Error(`There is no connection ${connection} in this session.`);
    await interloper.inject(as, Buffer.concat(frames.map((frame) => writeFrame(read(frame)))));
  }

  timeline(connection: number): Timeline | undefined {
    return this.#interlopers[connection]?.connection.timeline();
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(this.#interlopers.map((interloper) => interloper?.close()));
    await closed;
  }

  async #connected(client: Socket): Promise<void> {
    this.#sockets.add(client);
    client.once('close', () => this.#sockets.delete(client));
    client.on('error', () => {});
    const connection = Math.max(1, this.#interlopers.length);
    this.#interlopers[connection] = undefined;
    this.#tell({ kind: 'connected', connection, at: 0 });
    try {
      const interloper = await interpose(client, this.#target, (tap) =>
        tap.subscribe((activity) => this.#observed(connection, activity)),
      );
      this.#interlopers[connection] = interloper;
      if (!this.#server.listening) await interloper.close();
    } catch (error) {
      const { message } = error as Error;
      this.#tell({ kind: 'problem', connection, at: 0, sentence: message });
      client.destroy();
    }
  }

  #observed(connection: number, activity: TapActivity): void {
    if (activity.kind !== 'entry') return;
    const { entry } = activity;
    if (entry.kind === 'bytes') this.#recordedBytes += entry.bytes.length;
    if (this.#recordedBytes > mostRecordedBytes) {
      const sentence = 'The session ends: it holds 512 MiB, and records no more.';
      this.#tell({ kind: 'problem', connection, at: entry.at, sentence });
      void this.close();
      return;
    }
    for (const event of activity.events) {
      const told = this.#eventOf(connection, event, activity);
      if (told) this.#tell(told);
    }
  }

  #eventOf(
    connection: number,
    event: ConversationEvent,
    activity: Extract<TapActivity, { kind: 'entry' }>,
  ): SessionEvent | undefined {
    switch (event.kind) {
      case 'head': {
        const { startLine, headers } = event.head;
        if (activity.connection.conversation().deflate) this.#deflated.add(connection);
        const { from, at } = event;
        return {
          kind: 'head',
          connection,
          from,
          at,
          startLine: startLine.text,
          headers: headers.map(({ name, value }) => ({ name, value })),
          ...(startLine.kind === 'response' && startLine.status !== undefined
            ? { status: startLine.status }
            : {}),
        };
      }
      case 'frame':
        return this.#frameEvent(connection, event.from, event.at, event.frame);
      case 'message': {
        const { from, at, type, compressed, frames, data } = event.message;
        return {
          kind: 'message',
          connection,
          from,
          at,
          type,
          compressed,
          frames: frames.length,
          length: data?.length ?? 0,
          ...(data ? { content: contentOf(type, data) } : {}),
        };
      }
      case 'fin':
      case 'rst':
        this.#tellLeftover(connection, event.from, event.at, activity);
        return { kind: event.kind, connection, from: event.from, at: event.at };
      default:
        return undefined;
    }
  }

  #frameEvent(connection: number, from: Side, at: number, frame: ReadFrame): SessionEvent {
    const injected = this.#interlopers[connection]?.isInjected(from, frame.offset) ?? false;
    const deflate = this.#deflated.has(connection);
    return { kind: 'frame', connection, from, at, injected, deflate, ...shown(frame) };
  }

  #tellLeftover(
    connection: number,
    from: Side,
    at: number,
    activity: Extract<TapActivity, { kind: 'entry' }>,
  ): void {
    const { body, rest } = activity.connection.conversation()[from];
    if (rest.frame) {
      this.#tell(this.#frameEvent(connection, from, at, rest.frame));
      return;
    }
    const bytes = body.length > 0 ? body : rest.bytes;
    if (bytes.length === 0) return;
    const start = hex(bytes.subarray(0, shownBytes));
    this.#tell({ kind: 'leftover', connection, from, at, bytes: start, length: bytes.length });
  }
}

function shown(frame: ReadFrame) {
  const { offset, complete, fin, rsv1, rsv2, rsv3, opcode, maskKey, lengthForm, payload } = frame;
  return {
    offset,
    complete,
    header: hex(writeFrame({ ...frame, payload: new Uint8Array(0) })),
    fin,
    rsv1,
    rsv2,
    rsv3,
    opcode,
    lengthForm,
    declaredLength: frame.declaredLength.toString(),
    payload: hex(payload.subarray(0, shownBytes)),
    payloadLength: payload.length,
    ...(maskKey ? { maskKey: hex(maskKey) } : {}),
  };
}

function contentOf(type: 'text' | 'binary', data: Uint8Array): string {
  const start = data.subarray(0, shownBytes);
  return type === 'text' ? new TextDecoder().decode(start) : hex(start);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** A masking key that a person recognises; RFC 6455 §5.3 asks for a random one, to hide from proxies. */
const maskKey = Buffer.from('37fa213d', 'hex');

function read({ masked, declaredLength, payload, ...frame }: FrameOrder): FrameToWrite {
  return {
    ...frame,
    payload: Buffer.from(payload, 'hex'),
    maskKey: masked ? maskKey : undefined,
    ...(declaredLength === undefined ? {} : { declaredLength: BigInt(declaredLength) }),
  };
}
