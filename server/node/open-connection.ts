/**
 * One open connection: the protocol core on a transport. Passes events to the endpoint's handlers,
 * sends what they send, and enforces the limits that need time or buffers.
 */
import { closedAbnormally } from '../protocol/close-codes.ts';
import type { Connection, ConnectionEvent } from '../protocol/connection.ts';
import type { Compression } from '../protocol/deflate.ts';
import type { UpgradeRequest } from '../protocol/handshake.ts';
import type { Message } from '../protocol/message.ts';
import type { State } from '../protocol/states.ts';
import { type Failure, failures } from '../protocol/violations.ts';
import type { Behaviour } from './behaviour.ts';
import { ConnectionTimers } from './connection-timers.ts';
import { Handlers } from './handlers.ts';
import { inflateInThread } from './inflating.ts';
import { MessageQueue } from './message-queue.ts';
import { OutgoingQueue } from './outgoing-queue.ts';
import type { ServerSide } from './server-side.ts';
import { ServerWebSocket } from './server-web-socket.ts';
import type { Transport, TransportOwner } from './transport.ts';

/** Reasons why nothing is read; bits, as several may apply at once. */
const holds = { backPressure: 1, slowIterator: 2, inflating: 4 } as const;

const doNothing = () => {};

interface Agreed {
  readonly behaviour: Behaviour;
  readonly path: string;
  readonly subprotocol: string | undefined;
  readonly compression: Compression | undefined;
}

export class OpenConnection implements TransportOwner {
  readonly socket: ServerWebSocket;
  readonly #id: number;
  readonly #server: ServerSide;
  readonly #core: Connection;
  readonly #transport: Transport;
  readonly #handlers: Handlers;
  readonly #compression: Compression | undefined;
  readonly #outgoing: OutgoingQueue | undefined;
  #iterator: MessageQueue | undefined;
  closeCode: number = closedAbnormally;
  closeReason = '';
  #holds = 0;
  #paused = false;
  #running = false;
  #flushQueued = false;
  #wantsDrain = false;
  #ended = false;
  #queuedPongs = 0;
  #cancelInflation = doNothing;
  readonly #timers: ConnectionTimers;

  constructor(
    server: ServerSide,
    id: number,
    core: Connection,
    transport: Transport,
    agreed: Agreed,
  ) {
    this.#id = id;
    this.socket = new ServerWebSocket(this, id, agreed.path, agreed.subprotocol);
    this.#server = server;
    this.#core = core;
    this.#transport = transport;
    const failed = (error: unknown) => this.#handlerFailed(error);
    this.#handlers = new Handlers(agreed.behaviour, this.socket, failed);
    this.#compression = agreed.compression;
    this.#outgoing =
      agreed.compression && new OutgoingQueue(core, agreed.compression, () => this.#flush());
    this.#timers = new ConnectionTimers(server.clock.now);
  }

  // --- for ServerWebSocket, which documents it ---

  get remoteAddress(): string {
    return this.#transport.remoteAddress;
  }

  get state(): State {
    return this.#core.state;
  }

  get bufferedBytes(): number {
    const waiting = this.#outgoing === undefined ? 0 : this.#outgoing.bufferedBytes;
    return this.#core.output.size + this.#transport.bufferedBytes + waiting;
  }

  send(data: string | Uint8Array | Message): boolean {
    if (this.#core.state !== 'open') return false;
    if (this.#outgoing === undefined) this.#core.send(data);
    else if (!this.#outgoing.send(data)) return false;
    if (!this.#running) this.#queueFlush();
    const { limits } = this.#server;
    const buffered = this.bufferedBytes;
    if (buffered < limits.highWaterMark) return true;
    if (buffered > limits.maxBufferedBytes) this.#fail(failures['slow-reader']);
    this.#wantsDrain = true;
    this.#holds |= holds.backPressure;
    return false;
  }

  ping(payload?: Uint8Array): void {
    if (this.#core.state !== 'open') return;
    this.#core.ping(payload);
    if (!this.#running) this.#queueFlush();
  }

  close(code?: number, reason?: string): void {
    if (this.#core.state === 'open') this.#timers.renew(this.#server.clock.now);
    if (this.#outgoing === undefined) this.#core.close(code, reason);
    else this.#outgoing.close(code, reason);
    if (!this.#running) this.#queueFlush();
  }

  terminate(): void {
    this.#transport.destroy();
  }

  iterate(): AsyncIterableIterator<Message> {
    if (this.#iterator !== undefined) {
      throw new Error('This socket is being iterated over already: messages go to one reader.');
    }
    const { maxQueuedMessages, highWaterMark } = this.#server.limits;
    const room = () => this.#release(holds.slowIterator);
    this.#iterator = new MessageQueue(maxQueuedMessages, highWaterMark, room, (left) => {
      this.#iterator = undefined;
      for (const message of left) this.#handle(message);
      room();
    });
    if (this.#core.state === 'closed') this.#iterator.end();
    return this.#iterator;
  }

  // --- for the server ---

  start(request: UpgradeRequest): void {
    this.#running = true;
    this.#handlers.open(request);
    this.#run();
  }

  checkTime(): void {
    const { limits, clock } = this.#server;
    const buffered = this.#holds & holds.backPressure ? this.bufferedBytes : 0;
    const reading = this.#holds === 0;
    const due = this.#timers.due(limits, clock.now, this.#core.state, reading, buffered);
    if (due === undefined) return;
    if (due === 'ping') this.ping();
    else if (due === 'close-timeout') this.#giveUp();
    else this.#fail(failures[due]);
  }

  shutDown(code: number): void {
    this.close(code);
  }

  received(bytes: Buffer, length: number): void {
    // Once the closing handshake has begun, only its end matters.
    if (this.#core.state === 'open') this.#timers.renew(this.#server.clock.now);
    this.#core.receive(bytes, length);
    this.#run();
  }

  receivedEnd(): void {
    this.#core.receiveEnd();
    this.#flush();
  }

  drained(): void {
    this.#core.output.allLeft();
    this.#caughtUp();
  }

  /** Fewer than `highWaterMark` bytes wait for the peer. */
  #caughtUp(): void {
    this.#timers.renew(this.#server.clock.now);
    this.#release(holds.backPressure);
    if (this.#wantsDrain && this.#core.state === 'open') {
      this.#wantsDrain = false;
      this.#handlers.drain();
    }
  }

  closed(): void {
    this.#cancelInflation();
    this.#core.receiveEnd();
    this.#core.output.release();
    const code = this.closeCode;
    const reason = this.closeReason;
    const wasClean = this.#core.closingHandshakeCompleted;
    this.#server.observe?.({ type: 'close', id: this.#id, code, reason, wasClean });
    this.#iterator?.end();
    this.#handlers.close(code, reason);
    this.#server.ended(this, this.#transport);
  }

  /** Handles what has arrived, unless reading is paused, and sends what results from it. */
  #run(): void {
    const core = this.#core;
    this.#running = true;
    while (this.#holds === 0) {
      const event = core.next();
      if (event === undefined) break;
      this.#handle(event);
    }
    this.#running = false;
    if (this.#holds !== 0) core.keepRest();
    this.#flush();
  }

  #handle(event: ConnectionEvent): void {
    const { observe } = this.#server;
    switch (event.type) {
      case 'message':
        observe?.({ type: 'message', id: this.#id, message: event });
        if (this.#iterator !== undefined) this.#queueMessage(this.#iterator, event);
        else this.#handlers.message(event);
        return;
      case 'compressed':
        this.#inflate(this.#compression!, event.payload);
        return;
      case 'ping':
        this.#countPong();
        this.#handlers.ping(event.payload);
        return;
      case 'pong':
        this.#handlers.pong(event.payload);
        return;
      case 'close':
        this.closeCode = event.code;
        this.closeReason = event.reason;
        this.#timers.renew(this.#server.clock.now);
        return;
      case 'failed':
        this.#timers.renew(this.#server.clock.now);
        observe?.({ type: 'violation', id: this.#id, violation: event.failure });
    }
  }

  #countPong(): void {
    if (this.#transport.bufferedBytes === 0) this.#queuedPongs = 0;
    else if (++this.#queuedPongs > this.#server.limits.maxQueuedPongs) {
      this.#fail(failures['too-many-pings']);
    }
  }

  #queueMessage(iterator: MessageQueue, message: Message): void {
    iterator.push(message);
    if (iterator.full) this.#holds |= holds.slowIterator;
  }

  /** Nothing is read meanwhile. */
  #inflate(compression: Compression, payload: Buffer): void {
    this.#holds |= holds.inflating;
    this.#cancelInflation = this.#server.inflations.add((done) =>
      inflateInThread(compression, payload, (result) => {
        this.#cancelInflation = doNothing;
        this.#running = true;
        const event = this.#core.inflated(result);
        if (event !== undefined) this.#handle(event);
        this.#release(holds.inflating);
        // Only after the message has been handed over: until then it occupies its memory.
        done();
      }),
    );
  }

  #release(reason: number): void {
    this.#holds &= ~reason;
    // Kept bytes come first, before anything else is read.
    if (this.#holds === 0) {
      this.#run();
      return;
    }
    this.#running = false;
    this.#flush();
  }

  #fail(failure: Failure): void {
    this.#handle(this.#core.fail(failure));
    if (!this.#running) this.#flush();
  }

  /** The peer did not finish the closing handshake, or did not end the TCP connection. */
  #giveUp(): void {
    if (this.#core.state === 'closeSent') this.#fail(failures['close-timeout']);
    this.#transport.destroy();
  }

  #handlerFailed(error: unknown): void {
    if (this.#core.state === 'open') this.close(1011, 'the application failed');
    this.#server.handlerFailed(error);
  }

  #queueFlush(): void {
    if (this.#flushQueued) return;
    this.#flushQueued = true;
    queueMicrotask(() => {
      this.#flushQueued = false;
      this.#flush();
    });
  }

  #flush(): void {
    const { output } = this.#core;
    if (output.size > 0) {
      const left = this.#transport.write(output.take());
      output.written(left);
    }
    if (this.#core.finished) this.#end();
    else this.#pauseOrResume();
  }

  #pauseOrResume(): void {
    const full = this.bufferedBytes >= this.#server.limits.highWaterMark;
    if (full) this.#holds |= holds.backPressure;
    else if (this.#holds & holds.backPressure) {
      this.#caughtUp();
      return;
    }
    const pause = this.#holds !== 0;
    if (pause === this.#paused) return;
    this.#paused = pause;
    if (pause) this.#transport.pause();
    else this.#transport.resume();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    // RFC 6455 §7.1.1: the server ends the TCP connection first. What still arrives is read and
    // discarded, since a reset would make the peer lose the Close frame before reading it.
    this.#transport.end();
    this.#transport.resume();
  }
}
