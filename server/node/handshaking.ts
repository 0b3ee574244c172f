/**
 * A connection until its handshake is over: the request is read and decided about; then either an
 * OpenConnection takes over the transport, or the refusal is sent and the connection ended.
 */
import { Connection, type ConnectionEvent } from '../protocol/connection.ts';
import { Compression, negotiateDeflate } from '../protocol/deflate.ts';
import { declaredBodyLength, type UpgradeRequest } from '../protocol/handshake.ts';
import { parseHead, type RequestHead } from '../protocol/http-head.ts';
import { type RefusalRule, refusals } from '../protocol/violations.ts';
import { OpenConnection } from './open-connection.ts';
import type { Acceptance, Decision, ServerSide } from './server-side.ts';
import type { Transport, TransportOwner } from './transport.ts';

const failed: Decision = { refuse: { status: 500, body: 'the application failed\n' } };

export class Handshaking implements TransportOwner {
  readonly #id: number;
  readonly #server: ServerSide;
  readonly #core: Connection;
  #transport!: Transport;
  #since: number;

  constructor(server: ServerSide, id: number) {
    this.#id = id;
    this.#server = server;
    const { observe } = server;
    this.#core = new Connection(
      server.shared,
      observe && ((frame) => observe({ type: 'frame', id, frame })),
    );
    this.#since = server.clock.now;
  }

  start(transport: Transport): void {
    this.#transport = transport;
    const { observe } = this.#server;
    if (observe === undefined) return;
    observe({ type: 'connection', id: this.#id, remoteAddress: transport.remoteAddress });
  }

  /** Takes a request that another server has read, and the bytes that it read after it. */
  startWith(
    transport: Transport,
    request: RequestHead,
    rest: Buffer,
    refused: RefusalRule | undefined,
  ): void {
    this.start(transport);
    if (refused !== undefined) {
      this.refuse(refused);
      return;
    }
    const event = this.#core.receiveRequest(request);
    // Bytes that follow are kept until the request is answered.
    if (rest.length > 0) this.#core.receive(rest);
    this.#handle(event);
  }

  received(bytes: Buffer, length: number): void {
    this.#core.receive(bytes, length);
    const event = this.#core.next();
    if (event !== undefined) this.#handle(event);
  }

  receivedEnd(): void {
    this.#core.receiveEnd();
    this.#transport.end();
  }

  drained(): void {}

  closed(): void {
    this.#core.receiveEnd();
    this.#core.output.release();
    this.#server.ended(this, this.#transport);
  }

  checkTime(): void {
    const { clock, limits } = this.#server;
    const waited = clock.now - this.#since;
    if (this.#core.finished) {
      if (waited >= limits.closeTimeout) this.terminate();
    } else if (waited >= limits.handshakeTimeout) this.refuse('handshake-timeout');
  }

  shutDown(): void {
    if (!this.#core.finished) this.refuse('shutting-down');
  }

  terminate(): void {
    this.#transport.destroy();
  }

  refuse(rule: RefusalRule): void {
    const refusal = refusals[rule];
    this.#core.refuseFor(rule);
    this.#server.observe?.({ type: 'violation', id: this.#id, violation: refusal });
    this.#finish(undefined, refusal.status);
  }

  #handle(event: ConnectionEvent): void {
    if (event.type === 'request') this.#decide(event.request);
    else if (event.type === 'refused') {
      this.#server.observe?.({ type: 'violation', id: this.#id, violation: event.refusal });
      this.#finish(undefined, event.refusal.status);
    }
  }

  #decide(request: UpgradeRequest): void {
    let decision: Decision | Promise<Decision>;
    try {
      decision = this.#server.decide(request);
    } catch (error) {
      this.#server.handlerFailed(error);
      decision = failed;
    }
    if (decision instanceof Promise) this.#answerLater(request, decision);
    else this.#answer(request, decision);
  }

  async #answerLater(request: UpgradeRequest, decision: Promise<Decision>): Promise<void> {
    this.#transport.pause();
    let decided = failed;
    try {
      decided = await decision;
    } catch (error) {
      this.#server.handlerFailed(error);
    }
    // The peer may have left, or the timeout may have passed.
    if (this.#core.state !== 'connecting') return;
    this.#answer(request, decided);
    this.#transport.resume();
  }

  #answer(request: UpgradeRequest, decision: Decision): void {
    if (!('refuse' in decision)) this.#accept(request, decision);
    else if (typeof decision.refuse === 'string') this.refuse(decision.refuse);
    else {
      this.#core.refuse(decision.refuse);
      this.#finish(request, decision.refuse.status);
    }
  }

  #accept(request: UpgradeRequest, decision: Acceptance): void {
    const { limits, compression: settings } = this.#server;
    const agreed = settings && negotiateDeflate(request.extensions, settings);
    const compression =
      agreed && new Compression(agreed.parameters, limits.maxMessageBytes, settings);
    const seen = this.#core.headBytes;
    const { subprotocol, headers } = decision;
    const accepted = { subprotocol, headers, extensions: agreed?.response };
    const accept = this.#core.accept(accepted, compression);
    this.#observe(request, 101, accept, seen);
    const opened = new OpenConnection(this.#server, this.#id, this.#core, this.#transport, {
      behaviour: decision.behaviour,
      path: request.path,
      subprotocol,
      compression,
    });
    this.#transport.owner = opened;
    this.#server.opened(this, opened);
    opened.start(request);
  }

  /** Sends the refusal and ends the connection. */
  #finish(request: UpgradeRequest | undefined, status: number): void {
    this.#observe(request, status, undefined, this.#core.headBytes);
    this.#since = this.#server.clock.now;
    this.#core.output.written(this.#transport.write(this.#core.output.take()));
    // What still arrives is read and discarded, since a reset would make the peer lose the refusal
    // before reading it (RFC 9112 §9.6).
    this.#transport.end();
    this.#transport.resume();
  }

  #observe(
    request: UpgradeRequest | undefined,
    status: number,
    accept: string | undefined,
    seen: Buffer,
  ): void {
    const { observe } = this.#server;
    if (observe === undefined) return;
    const head = seen.toString('latin1');
    const parsed = request ?? parseHead(head);
    const bodyLength = 'rule' in parsed ? 0 : declaredBodyLength(parsed);
    const response = this.#core.output.peek().toString('latin1');
    observe({
      type: 'handshake',
      id: this.#id,
      head,
      bodyLength,
      request,
      status,
      accept,
      response,
    });
  }
}
