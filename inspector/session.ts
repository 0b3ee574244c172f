/**
 * An inspector session: a dedicated port whose connections reach one target through an injecting
 * relay, and the events that report to the page what passed through it.
 */

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { TapActivity } from '../conformance/transport/tap.ts';
import type { Timeline } from '../conformance/wire/timeline.ts';
import { type FrameToWrite, writeFrame } from '../conformance/wire/wire.ts';
import { type InjectingRelay, intercept } from './injecting-relay.ts';
import { readRequest } from './request.ts';
import { refusalAtTap } from './sender.ts';
import { SessionEventMapper } from './session-event-mapper.ts';
import type { FrameRequest, InjectionRequest, SessionEvent } from './session-events.ts';

/** A session records everything in memory, and ends when it holds this many bytes. */
const mostRecordedBytes = 512 * 1024 * 1024;
/** Approximate memory of a frame in addition to its bytes on the wire. */
const bytesOfEvent = 512;

export class Session {
  readonly name = randomUUID();
  readonly #target: URL;
  readonly #page: string;
  readonly #emit: (event: SessionEvent) => void;
  readonly #server: Server;
  readonly #injectingRelays: (InjectingRelay | undefined)[] = [];
  readonly #sockets = new Set<Socket>();
  #recordedBytes = 0;

  /**
   * @param target a ws: or wss: URL
   * @param page the origin whose pages may use the tap
   */
  constructor(target: URL, page: string, emit: (event: SessionEvent) => void) {
    this.#target = target;
    this.#page = page;
    this.#emit = emit;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true });
    this.#server.on('connection', (client) => this.#connected(client));
  }

  /** Listens on a free port, reachable only from this machine, and reports its URL. */
  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const { port } = this.#server.address() as AddressInfo;
    const { pathname, search } = this.#target;
    const url = `ws://127.0.0.1:${port}${pathname}${search}`;
    this.#emit({ kind: 'listening', session: this.name, url });
  }

  /** @throws Error with a sentence for the user when there is no such connection or it has ended */
  async inject({ connection, as, frames }: InjectionRequest): Promise<void> {
    const injectingRelay = this.#injectingRelays[connection];
    if (!injectingRelay) throw new Error(`There is no connection ${connection} in this session.`);
    await injectingRelay.inject(as, Buffer.concat(frames.map((frame) => writeFrame(read(frame)))));
  }

  timeline(connection: number): Timeline | undefined {
    return this.#injectingRelays[connection]?.connection.timeline();
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(this.#injectingRelays.map((injectingRelay) => injectingRelay?.close()));
    await closed;
  }

  async #connected(client: Socket): Promise<void> {
    this.#sockets.add(client);
    client.once('close', () => this.#sockets.delete(client));
    client.on('error', () => {});
    const connection = Math.max(1, this.#injectingRelays.length);
    this.#injectingRelays[connection] = undefined;
    this.#emit({ kind: 'connected', connection, at: 0 });
    try {
      const request = await readRequest(client);
      const refusal = refusalAtTap(request.head, this.#page);
      if (refusal !== undefined) {
        client.end(refused(refusal));
        throw new Error(refusal);
      }
      const injectingRelay = await intercept(client, request, this.#target, (tap) => {
        const mapper = new SessionEventMapper({
          connection,
          isInjected: (side, offset) =>
            this.#injectingRelays[connection]?.isInjected(side, offset) ?? false,
          conversation: () => tap.connections[0]!.conversation(),
        });
        tap.subscribe((activity) => this.#observed(mapper, connection, activity));
      });
      this.#injectingRelays[connection] = injectingRelay;
      if (!this.#server.listening) await injectingRelay.close();
    } catch (error) {
      const { message } = error as Error;
      this.#emit({ kind: 'problem', connection, at: 0, sentence: message });
      client.destroySoon();
    }
  }

  #observed(mapper: SessionEventMapper, connection: number, activity: TapActivity): void {
    if (activity.kind !== 'entry') return;
    const { entry, events } = activity;
    if (entry.kind === 'bytes') this.#recordedBytes += entry.bytes.length;
    this.#recordedBytes += events.length * bytesOfEvent;
    if (this.#recordedBytes > mostRecordedBytes) {
      const sentence = 'The session ends: it has recorded 512 MiB, the limit.';
      this.#emit({ kind: 'problem', connection, at: entry.at, sentence });
      void this.close();
      return;
    }
    if (entry.kind === 'overflow') {
      const sentence = `More than ${entry.limit} have passed: further ones are relayed but not recorded.`;
      this.#emit({ kind: 'problem', connection, at: entry.at, sentence });
    }
    for (const event of events) for (const mapped of mapper.map(event)) this.#emit(mapped);
  }
}

function refused(sentence: string): string {
  const body = `${sentence}\n`;
  const lines = [
    'HTTP/1.1 403 Forbidden',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

/** A recognisable masking key; RFC 6455 §5.3 requires a random one, to protect proxies. */
const maskKey = Buffer.from('37fa213d', 'hex');

function read({ masked, declaredLength, payload, ...frame }: FrameRequest): FrameToWrite {
  return {
    ...frame,
    payload: Buffer.from(payload, 'hex'),
    maskKey: masked ? maskKey : undefined,
    ...(declaredLength === undefined ? {} : { declaredLength: BigInt(declaredLength) }),
  };
}
