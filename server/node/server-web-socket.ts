// One connection as the user of the server holds it: the protocol's core on a transport, with the
// limits that need time or buffers.
import { closedAbnormally } from '../protocol/close-codes.ts';
import {
  Connection,
  type ConnectionEvent,
  type SharedByConnections,
} from '../protocol/connection.ts';
import {
  declaredBodyLength,
  type RefusedHandshake,
  type UpgradeRequest,
} from '../protocol/handshake.ts';
import { parseHead, type RequestHead } from '../protocol/http-head.ts';
import type { Message } from '../protocol/message.ts';
import { failures, type RefusalRule, refusals } from '../protocol/violations.ts';
import type { Observer } from './observation.ts';
import type { Limits } from './options.ts';
import type { Transport, TransportOwner } from './transport.ts';

/** What an endpoint does. Each handler may be left out. */
export interface Behaviour {
  /** The connection is open. An async function may iterate over the socket's messages. */
  open?(socket: ServerWebSocket, request: UpgradeRequest): void | Promise<void>;
  /** The message is valid until the handler returns: see `Message`. */
  message?(socket: ServerWebSocket, message: Message): void;
  /** The pong is on its way already. */
  ping?(socket: ServerWebSocket, payload: Buffer): void;
  pong?(socket: ServerWebSocket, payload: Buffer): void;
  /** `send` returned false, and everything has left since. */
  drain?(socket: ServerWebSocket): void;
  /** The TCP connection is over. 1005: Close without a code. 1006: no Close frame at all. */
  close?(socket: ServerWebSocket, code: number, reason: string): void;
}

/** How a request is to be answered. */
export type Decision =
  | {
      readonly behaviour: Behaviour;
      readonly subprotocol?: string | undefined;
      readonly headers?: Readonly<Record<string, string>> | undefined;
    }
  | { readonly refuse: RefusalRule | RefusedHandshake };

/** What the server gives to each of its connections. */
export interface ServerSide {
  readonly limits: Limits;
  readonly shared: SharedByConnections;
  readonly observe: Observer | undefined;
  /** Counts the sweeps: the time, as far as limits are concerned. */
  readonly clock: { now: number };
  decide(request: UpgradeRequest): Decision | Promise<Decision>;
  opened(socket: ServerWebSocket): void;
  ended(socket: ServerWebSocket): void;
  /** A handler threw. */
  handlerFailed(error: unknown): void;
}

const noBehaviour: Behaviour = {};

export class ServerWebSocket implements TransportOwner {
  /** Numbers the connections of one server from 1. */
  readonly id: number;
  readonly #server: ServerSide;
  readonly #core: Connection;
  #transport!: Transport;
  #behaviour = noBehaviour;
  #path = '';
  #subprotocol: string | undefined;
  #closeCode = closedAbnormally;
  #closeReason = '';
  #corked = false;
  #flushQueued = false;
  #wantsDrain = false;
  #paused = false;
  #ended = false;
  /** When the wait that now goes on began, in the server's clock; and when it was last heard. */
  #since: number;
  #pinged = false;

  constructor(server: ServerSide, id: number) {
    this.id = id;
    this.#server = server;
    const { observe } = server;
    this.#core = new Connection(
      server.shared,
      observe && ((frame) => observe({ type: 'frame', id, frame })),
    );
    this.#since = server.clock.now;
  }

  // --- for users ---

  /** The path of the endpoint, without the query. */
  get path(): string {
    return this.#path;
  }

  /** The subprotocol that was agreed on, if any. */
  get subprotocol(): string | undefined {
    return this.#subprotocol;
  }

  get remoteAddress(): string {
    return this.#transport.remoteAddress;
  }

  get state(): Connection['state'] {
    return this.#core.state;
  }

  /** Bytes that were sent but have not left this process. */
  get bufferedBytes(): number {
    return this.#core.output.size + this.#transport.bufferedBytes;
  }

  /**
   * Sends one message: a string as text, bytes as binary, a received message as it came. From
   * 64 KiB on bytes are not copied and must not change until they have left.
   *
   * Once the closing handshake has started, nothing can be sent: the message is dropped.
   *
   * @returns false when more is buffered than `highWaterMark`: wait for `drain`
   */
  send(data: string | Uint8Array | Message): boolean {
    if (this.#core.state !== 'open') return false;
    this.#core.send(data);
    if (!this.#corked) this.#queueFlush();
    const { limits } = this.#server;
    const buffered = this.bufferedBytes;
    if (buffered < limits.highWaterMark) return true;
    this.#wantsDrain = true;
    if (buffered > limits.maxBufferedBytes) this.#fail(failures['slow-reader']);
    return false;
  }

  /** Sends a ping of at most 125 bytes. */
  ping(payload?: Uint8Array): void {
    if (this.#core.state !== 'open') return;
    this.#core.ping(payload);
    if (!this.#corked) this.#queueFlush();
  }

  /**
   * Starts the closing handshake (RFC 6455 §7.1.2). The end is told to the `close` handler.
   *
   * @param code 1000-1003, 1007-1014 or 3000-4999; none sends a Close frame without one
   * @param reason at most 123 bytes of UTF-8
   */
  close(code?: number, reason?: string): void {
    if (this.#core.state === 'connecting') {
      this.#refuse('shutting-down');
      return;
    }
    this.#core.close(code, reason);
    this.#since = this.#server.clock.now;
    if (!this.#corked) this.#queueFlush();
  }

  /** Ends the TCP connection at once, without a closing handshake. */
  terminate(): void {
    this.#transport.destroy();
  }

  // --- for the server ---

  /** Starts on a transport; `head` where somebody else has read the request already. */
  start(transport: Transport, request?: RequestHead, rest?: Buffer): void {
    this.#transport = transport;
    this.#server.observe?.({
      type: 'connection',
      id: this.id,
      remoteAddress: transport.remoteAddress,
    });
    if (request !== undefined) this.#handle(this.#core.receiveRequest(request));
    if (rest !== undefined && rest.length > 0) this.received(rest);
    else this.#flush();
  }

  refuse(rule: RefusalRule): void {
    this.#refuse(rule);
  }

  /** Called by the server's clock. */
  checkTime(): void {
    const { limits, clock } = this.#server;
    const waited = clock.now - this.#since;
    switch (this.#core.state) {
      case 'connecting':
        if (waited >= limits.handshakeTimeout) this.#refuse('handshake-timeout');
        break;
      case 'open':
        if (limits.idleTimeout === 0) break;
        if (waited >= limits.idleTimeout) this.#fail(failures['idle-timeout']);
        else if (waited >= limits.idleTimeout / 2 && !this.#pinged) {
          this.#pinged = true;
          this.ping();
        }
        break;
      default:
        if (waited >= limits.closeTimeout) this.#transport.destroy();
    }
  }

  received(bytes: Buffer): void {
    if (this.#core.state === 'open') {
      this.#since = this.#server.clock.now;
      this.#pinged = false;
    }
    this.#core.receive(bytes);
    this.#run();
  }

  receivedEnd(): void {
    this.#core.receiveEnd();
    this.#flush();
  }

  drained(): void {
    if (this.#paused) {
      this.#paused = false;
      this.#transport.resume();
    }
    if (this.#wantsDrain && this.#core.state === 'open') {
      this.#wantsDrain = false;
      this.#call(() => this.#behaviour.drain?.(this));
    }
  }

  closed(): void {
    this.#core.receiveEnd();
    const wasOpen = this.#behaviour !== noBehaviour;
    const code = this.#closeCode;
    if (wasOpen) {
      this.#server.observe?.({
        type: 'close',
        id: this.id,
        code,
        reason: this.#closeReason,
        wasClean: code !== closedAbnormally,
      });
      this.#call(() => this.#behaviour.close?.(this, code, this.#closeReason));
    }
    this.#server.ended(this);
  }

  #run(): void {
    this.#corked = true;
    for (let event = this.#core.next(); event !== undefined; event = this.#core.next()) {
      this.#handle(event);
    }
    this.#corked = false;
    this.#flush();
  }

  #handle(event: ConnectionEvent): void {
    const { observe } = this.#server;
    const behaviour = this.#behaviour;
    switch (event.type) {
      case 'message':
        observe?.({ type: 'message', id: this.id, message: event });
        if (behaviour.message !== undefined) {
          try {
            behaviour.message(this, event);
          } catch (error) {
            this.#handlerFailed(error);
          }
        }
        return;
      case 'ping':
        this.#call(() => behaviour.ping?.(this, event.payload));
        return;
      case 'pong':
        this.#call(() => behaviour.pong?.(this, event.payload));
        return;
      case 'close':
        this.#closeCode = event.code;
        this.#closeReason = event.reason;
        this.#since = this.#server.clock.now;
        return;
      case 'failed':
        this.#since = this.#server.clock.now;
        observe?.({ type: 'violation', id: this.id, violation: event.failure });
        return;
      case 'refused':
        this.#since = this.#server.clock.now;
        observe?.({ type: 'violation', id: this.id, violation: event.refusal });
        this.#observeHandshake(undefined, event.refusal.status, undefined);
        return;
      case 'request':
        this.#decide(event.request);
    }
  }

  #decide(request: UpgradeRequest): void {
    let decision: Decision | Promise<Decision>;
    try {
      decision = this.#server.decide(request);
    } catch (error) {
      this.#server.handlerFailed(error);
      decision = { refuse: { status: 500, body: 'the application failed\n' } };
    }
    if (!(decision instanceof Promise)) {
      this.#answer(request, decision);
      return;
    }
    this.#transport.pause();
    decision
      .catch((error: unknown): Decision => {
        this.#server.handlerFailed(error);
        return { refuse: { status: 500, body: 'the application failed\n' } };
      })
      .then((decided) => {
        if (this.#core.state !== 'connecting') return;
        this.#answer(request, decided);
        this.#transport.resume();
        this.#run();
      });
  }

  #answer(request: UpgradeRequest, decision: Decision): void {
    if ('refuse' in decision) {
      const { refuse } = decision;
      if (typeof refuse === 'string') this.#refuse(refuse, request);
      else {
        this.#core.refuse(refuse);
        this.#observeHandshake(request, refuse.status, undefined);
      }
      return;
    }
    const head = this.#core.headBytes;
    const accept = this.#core.accept(decision);
    this.#behaviour = decision.behaviour;
    this.#path = request.path;
    this.#subprotocol = decision.subprotocol;
    this.#since = this.#server.clock.now;
    this.#observeHandshake(request, 101, accept, head);
    this.#server.opened(this);
    this.#call(() => this.#behaviour.open?.(this, request));
  }

  #refuse(rule: RefusalRule, request?: UpgradeRequest): void {
    const refusal = refusals[rule];
    this.#core.refuseFor(rule);
    this.#since = this.#server.clock.now;
    this.#server.observe?.({ type: 'violation', id: this.id, violation: refusal });
    this.#observeHandshake(request, refusal.status, undefined);
    this.#flush();
  }

  #fail(failure: (typeof failures)[keyof typeof failures]): void {
    this.#handle(this.#core.fail(failure));
    this.#flush();
  }

  #observeHandshake(
    request: UpgradeRequest | undefined,
    status: number,
    accept: string | undefined,
    seen = this.#core.headBytes,
  ): void {
    const { observe } = this.#server;
    if (observe === undefined) return;
    const head = seen.toString('latin1');
    const parsed = request ?? parseHead(head);
    const bodyLength = 'rule' in parsed ? 0 : declaredBodyLength(parsed);
    const response = this.#core.output.peek().toString('latin1');
    observe({
      type: 'handshake',
      id: this.id,
      head,
      bodyLength,
      request,
      status,
      accept,
      response,
    });
  }

  #call(handler: () => void | Promise<void>): void {
    try {
      const result = handler();
      if (result instanceof Promise) result.catch((error) => this.#handlerFailed(error));
    } catch (error) {
      this.#handlerFailed(error);
    }
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
      if (!left && !this.#paused && this.bufferedBytes >= this.#server.limits.highWaterMark) {
        this.#paused = true;
        this.#transport.pause();
      }
    }
    if (this.#core.finished && !this.#ended) {
      this.#ended = true;
      // RFC 6455 §7.1.1: the server ends the TCP connection first. What still arrives is read and
      // thrown away, as a reset would take the Close frame from the peer before it is read.
      this.#transport.end();
      this.#transport.resume();
    }
  }
}
