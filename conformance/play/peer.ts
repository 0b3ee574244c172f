/**
 * The peer's end of one connection: writes what it is told, records everything both sides do, and
 * waits for observations. It answers a Ping (RFC 6455 §5.5.2) and nothing else by itself, and that
 * only between two frames: a case may send one in pieces, or never finish it.
 */
import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import { PongOrigins } from '../format/pong-origin.ts';
import { startLagTolerantTimer } from '../transport/lag-tolerant-timer.ts';
import { type ConversationEvent, ConversationReader } from '../wire/conversation.ts';
import {
  type BytesEntry,
  otherSide,
  type Side,
  type Timeline,
  type TimelineEntry,
  TimelineRecorder,
} from '../wire/timeline.ts';
import { opcodes, writeFrame } from '../wire/wire.ts';
import { RecordingBudget } from './recording-budget.ts';
import type { RecordingLimit } from './recording-limit.ts';

export type Waited = 'seen' | 'ended' | 'timeout';

/** Octets that the system takes in any case, whether the target reads them or not. */
const mostBuffered = 64 * 1024;

export class Peer {
  readonly side: Side;
  readonly target: Side;
  /** Where the connection has arrived, on the peer's side. */
  readonly endpoint: { readonly address: string; readonly port: number };
  /** What the target has shown, in order. */
  readonly observed: ConversationEvent[] = [];
  readonly pongOrigins: PongOrigins;
  /** Set while no Ping may be answered before this end has sent a frame: its case is about that frame. */
  pongsWaitForFrame = false;
  readonly #counts = new Map<ConversationEvent['kind'], number>();
  readonly #socket: Socket;
  readonly #recorder: TimelineRecorder;
  readonly #reader: ConversationReader;
  readonly #waiting = new Set<() => void>();
  /** Those that wait, told of a new `#longest`. */
  readonly #hurried = new Set<() => void>();
  /** How long anything is waited for, in ms. */
  #longest = Number.POSITIVE_INFINITY;
  /** What went wrong while this end read what came: nothing that follows means anything. */
  #fault: { readonly error: unknown } | undefined;
  /** The payload of the latest Ping that waits for its Pong: one Pong answers several (§5.5.3). */
  #owedPong: Uint8Array | undefined;
  readonly #budget = new RecordingBudget();
  #pacing = 0;
  #targetEnded = false;
  #timedOut = false;
  #finished = false;

  constructor(socket: Socket, side: Side) {
    const transport = socket instanceof TLSSocket ? 'tls' : 'tcp';
    this.side = side;
    this.target = otherSide(side);
    // An IPv4 connection to a socket of both families has an address of its own form (RFC 4291 §2.5.5.2).
    const address = (socket.localAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '');
    this.endpoint = { address, port: socket.localPort ?? 0 };
    this.pongOrigins = new PongOrigins(this.target);
    this.#socket = socket;
    this.#recorder = new TimelineRecorder(transport);
    this.#reader = new ConversationReader(transport);
    socket.on('data', (bytes) => this.#receive(bytes));
    socket.on('end', () => this.#take('fin'));
    socket.on('error', () => this.#take('rst'));
    socket.on('close', () => this.#take('rst'));
    socket.on('drain', () => this.#answerPing());
  }

  /** True once the target has ended its direction, by FIN or RST. */
  get targetEnded(): boolean {
    return this.#targetEnded;
  }

  /** Whether something was waited for in vain: nothing is waited for after that. */
  get hasTimedOut(): boolean {
    return this.#timedOut;
  }

  /** Whether the peer may begin a frame: none that it has sent is unfinished. */
  get isBetweenFrames(): boolean {
    return this.#reader.isBetweenFrames(this.side);
  }

  /** How many events of that kind the target has shown; a Pong counts where it answers something. */
  count(kind: ConversationEvent['kind']): number {
    return this.#counts.get(kind) ?? 0;
  }

  /** How much the target may send before nothing more is read and the connection is dropped. */
  set limit(limit: RecordingLimit) {
    this.#budget.limit = limit;
    this.#reader.roomToInflate = limit.octets;
  }

  /** The target's request or final response, once it is whole. */
  get head() {
    return this.#reader.head(this.target);
  }

  timeline(): Timeline {
    return this.#recorder.timeline();
  }

  conversation() {
    return this.#reader.conversation();
  }

  /**
   * One write; whatever TCP makes of it.
   * @param left is called when it is out of our hands
   */
  write(bytes: Uint8Array, left: () => void = () => {}): void {
    if (bytes.length === 0 || !this.#socket.writable) {
      left();
      return;
    }
    this.#recordOwn(bytes);
    this.#socket.write(bytes, () => left());
    this.#answerPing();
  }

  /** How long writes that this end spreads out have taken so far, in ms. */
  get pacing(): number {
    return this.#pacing;
  }

  /**
   * Counts what it takes to write so many octets bit by bit as time of this end, not of the target,
   * unless they are more than the system takes without the target reading them.
   */
  async pace(octets: number, work: () => Promise<void>): Promise<void> {
    const begun = performance.now();
    await work();
    if (octets <= mostBuffered) this.#pacing += performance.now() - begun;
  }

  /** Writes `size` bytes at a time and lets each leave before the next. */
  async writeInSegments(bytes: Uint8Array, size: number): Promise<void> {
    // From one turn of the loop to the next sockets are read: no segment waits for another.
    await nextTurn();
    for (let start = 0; start < bytes.length && this.#socket.writable; start += size) {
      // TLS keeps what it encrypts for a turn: only the callback says that it has left.
      await new Promise<void>((left) => this.write(bytes.subarray(start, start + size), left));
      await nextTurn();
    }
  }

  /**
   * Ends this direction, or the connection.
   * @param last leaves with it, in one go: no turn of the loop comes between the bytes and the end
   */
  end(how: 'fin' | 'rst', last: Uint8Array = new Uint8Array(0)): void {
    if (!this.#socket.writable) return;
    if (last.length > 0) this.#recordOwn(last);
    this.#reader.push(this.#recorder.end(how, this.side));
    if (how === 'fin') this.#socket.end(last);
    else {
      this.#finished = true;
      if (last.length > 0) this.#socket.write(last);
      this.#socket.resetAndDestroy();
      this.#wake();
    }
  }

  read(on: boolean): void {
    if (on) this.#socket.resume();
    else this.#socket.pause();
  }

  /**
   * Waits until `condition` holds, the target has ended, or `ms` have passed.
   * Behind a recorded timeout nothing is waited for any more: it is the verdict.
   * @param waitingFor in words; a timeout is recorded with it, unless it is undefined
   */
  async until(
    condition: () => boolean,
    ms: number,
    waitingFor: string | undefined,
  ): Promise<Waited> {
    this.requireSound();
    if (condition()) return 'seen';
    if (this.#targetEnded || this.#finished) return 'ended';
    if (this.#timedOut) return 'timeout';
    return new Promise((resolve, reject) => {
      const leave = () => {
        stop();
        this.#waiting.delete(look);
        this.#hurried.delete(hurry);
      };
      const settle = (waited: Waited) => {
        leave();
        resolve(waited);
      };
      const look = () => {
        try {
          this.requireSound();
          if (condition()) settle('seen');
          else if (this.#targetEnded || this.#finished) settle('ended');
        } catch (error) {
          leave();
          reject(error);
        }
      };
      const giveUp = () => {
        if (waitingFor !== undefined) {
          this.#timedOut = true;
          this.#reader.push(this.#recorder.timeout(waitingFor));
        }
        settle('timeout');
      };
      let stop = startLagTolerantTimer(Math.min(ms, this.#longest), giveUp);
      const hurry = () => {
        if (this.#longest >= ms) return;
        stop();
        stop = startLagTolerantTimer(this.#longest, giveUp);
      };
      this.#hurried.add(hurry);
      this.#waiting.add(look);
    });
  }

  /** @throws what this end itself failed with while it read: a socket's listener has no caller */
  requireSound(): void {
    if (this.#fault) throw this.#fault.error;
  }

  /** From now on nothing is waited for any longer than this, what is waited for already included. */
  limitWaits(ms: number): void {
    if (ms >= this.#longest) return;
    this.#longest = ms;
    for (const hurry of [...this.#hurried]) hurry();
  }

  /** Frees the socket; what was recorded stays, with a drop where the connection is not over. */
  destroy(): void {
    if (this.#targetEnded) this.end('fin');
    else if (!this.#finished) this.#reader.push(this.#recorder.drop(this.side));
    this.#finished = true;
    this.#socket.removeAllListeners('data');
    this.#socket.destroy();
    this.#wake();
  }

  #recordOwn(bytes: Uint8Array): void {
    for (const event of this.#reader.push(this.#recorder.bytes(this.side, bytes))) {
      this.pongOrigins.take(event);
    }
  }

  #take(kind: 'fin' | 'rst'): void {
    if (this.#targetEnded || this.#finished) return;
    this.#targetEnded = true;
    this.#observeSafely(this.#recorder.end(kind, this.target));
    this.#wake();
  }

  /** Reads in pieces that hold no more frames than there is room for: 64 KiB may hold 32,768. */
  #receive(bytes: Uint8Array): void {
    if (this.#targetEnded || this.#finished) return;
    const entry = this.#recorder.bytes(this.target, bytes);
    for (let start = 0; start < bytes.length && !this.#finished; ) {
      const piece = bytes.subarray(start, start + this.#budget.mostAtOnce);
      this.#observeSafely({ ...entry, offset: entry.offset + start, bytes: piece });
      start += piece.length;
      this.#budget.octets += piece.length;
      this.#budget.octetsAhead = this.#reader.octetsAhead(this.target);
      const { exceeded } = this.#budget;
      if (exceeded !== undefined) this.#stopReading(exceeded, entry, start);
    }
    this.#wake();
  }

  /** @param read how many octets of the last entry have been read: the others may hold any number of frames */
  #stopReading(limit: string, last: BytesEntry, read: number): void {
    this.#recorder.shorten(last, read);
    this.#reader.push(this.#recorder.overflow(this.target, limit));
    this.destroy();
  }

  #observeSafely(entry: TimelineEntry): void {
    try {
      this.#observe(this.#reader.push(entry));
    } catch (error) {
      this.#fault ??= { error };
    }
  }

  #observe(events: readonly ConversationEvent[]): void {
    for (const event of events) {
      // What left together with the request is read only now that a response has opened frames.
      this.pongOrigins.take(event);
      if (!('from' in event) || event.from !== this.target) continue;
      this.observed.push(event);
      if (event.kind !== 'pong' || this.pongOrigins.isAnswer(event)) {
        this.#counts.set(event.kind, this.count(event.kind) + 1);
      }
      this.#budget.count(event);
      if (event.kind !== 'ping') continue;
      this.#owedPong = event.payload;
      this.#answerPing();
    }
  }

  /** RFC 6455 §5.5.2: a Ping is answered unless a Close has come. */
  #answerPing(): void {
    const payload = this.#owedPong;
    if (payload === undefined || this.count('close') > 0) return;
    if (!this.isBetweenFrames || this.#socket.writableNeedDrain) return;
    if (this.pongsWaitForFrame && !this.#reader.hasFrame(this.side)) return;
    this.pongsWaitForFrame = false;
    this.#owedPong = undefined;
    const maskKey = this.side === 'client' ? Uint8Array.of(0x5a, 0xa5, 0x3c, 0xc3) : undefined;
    this.write(writeFrame({ opcode: opcodes.pong, payload, maskKey }));
  }

  #wake(): void {
    for (const look of [...this.#waiting]) look();
  }
}
