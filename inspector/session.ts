/**
 * An inspector session: a dedicated port whose connections reach one target through a relay that can
 * inject frames, and the events that report to the page what passed through it.
 */

import { randomUUID } from 'node:crypto';
import type { Channel } from '../conformance/transport/channel.ts';
import { type Listener, listen } from '../conformance/transport/listen.ts';
import { budgetOf, defaultLimit } from '../conformance/transport/record-limit.ts';
import { type RecordActivity, Recording } from '../conformance/transport/recording.ts';
import { Relay } from '../conformance/transport/relay.ts';
import { rewriteHead } from '../conformance/transport/transform.ts';
import type { Timeline } from '../conformance/wire/timeline.ts';
import { type FrameToWrite, writeFrame } from '../conformance/wire/wire.ts';
import { reachTarget } from './reach-target.ts';
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
  readonly #relays: (Relay | undefined)[] = [];
  #listener: Listener | undefined;
  #isClosed = false;
  #recordedBytes = 0;

  /**
   * @param target a ws: or wss: URL
   * @param page the origin whose pages may use the tap
   */
  constructor(target: URL, page: string, emit: (event: SessionEvent) => void) {
    this.#target = target;
    this.#page = page;
    this.#emit = emit;
  }

  /** Listens on a free port, reachable only from this machine, and reports its URL. */
  async listen(): Promise<void> {
    this.#listener = await listen({}, (client) => void this.#connected(client));
    const { pathname, search } = this.#target;
    const url = `ws://127.0.0.1:${this.#listener.port}${pathname}${search}`;
    this.#emit({ kind: 'listening', session: this.name, url });
  }

  /** @throws Error with a sentence for the user when there is no such connection or it has ended */
  async inject({ connection, as, frames }: InjectionRequest): Promise<void> {
    const relay = this.#relays[connection];
    if (!relay) throw new Error(`There is no connection ${connection} in this session.`);
    await relay.inject(as, Buffer.concat(frames.map((frame) => writeFrame(read(frame)))));
  }

  timeline(connection: number): Timeline | undefined {
    return this.#relays[connection]?.recording.timeline();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const relay of this.#relays) relay?.destroy();
    await this.#listener?.close();
  }

  async #connected(client: Channel): Promise<void> {
    const connection = Math.max(1, this.#relays.length);
    this.#relays[connection] = undefined;
    this.#emit({ kind: 'connected', connection, at: 0 });
    try {
      const { head, bytes } = await readRequest(client);
      const refusal = refusalAtTap(head, this.#page);
      if (refusal !== undefined) {
        client.end('fin', Buffer.from(refused(refusal)));
        throw new Error(refusal);
      }
      const server = await reachTarget(this.#target);
      this.#relays[connection] = this.#relay(connection, client, server, bytes);
      if (this.#isClosed) this.#relays[connection].destroy();
    } catch (error) {
      const { message } = error as Error;
      this.#emit({ kind: 'problem', connection, at: 0, sentence: message });
      endUnread(client);
    }
  }

  /** @param received what the client has sent so far */
  #relay(connection: number, client: Channel, server: Channel, received: Buffer): Relay {
    const recording = new Recording(client.description.transport);
    const relay = new Relay(client, server, {
      recording,
      received,
      transform: { client: namingHost(this.#target.host) },
      budget: budgetOf(defaultLimit),
    });
    const mapper = new SessionEventMapper({
      connection,
      isInjected: (side, offset) => relay.isInjected(side, offset),
      conversation: () => recording.conversation(),
    });
    recording.subscribe((activity) => this.#observed(mapper, connection, activity));
    return relay;
  }

  #observed(mapper: SessionEventMapper, connection: number, activity: RecordActivity): void {
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

/**
 * The client sends the tap's address, and a server with several names must not notice (RFC 9110
 * §7.2).
 */
const namingHost = (host: string) =>
  rewriteHead((head) => head.replace(/^Host[ \t]*:[^\r\n]*/im, `Host: ${host}`));

/** Ends a connection after what was written, and discards what still arrives. */
function endUnread(client: Channel): void {
  const close = () => client.destroy();
  client.open({ bytes() {}, ended: close, failed: close, drained() {}, closed() {} });
  if (client.writable) client.end('fin');
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
