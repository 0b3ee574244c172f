/**
 * The peer's end of one connection: writes what a case has it write, records everything both sides
 * do, and waits for observations. By itself it answers only Pings (RFC 6455 §5.5.2), and those only
 * between two frames: a case may send one in pieces, or never finish it.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { PongOrigins } from '../format/pong-origin.ts';
import type { Channel, End } from '../transport/channel.ts';
import { Recording } from '../transport/recording.ts';
import type { ConversationEvent } from '../wire/conversation.ts';
import { otherSide, type Side, type Timeline } from '../wire/timeline.ts';
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
  readonly #channel: Channel;
  readonly #recording: Recording;
  readonly #budget: RecordingBudget;
  /** The payload of the latest Ping that waits for its Pong: one Pong answers several (§5.5.3). */
  #owedPong: Uint8Array | undefined;
  #pacing = 0;
  #targetEnded = false;
  #timedOut = false;

  constructor(channel: Channel, side: Side) {
    const { transport, local } = channel.description;
    this.side = side;
    this.target = otherSide(side);
    this.endpoint = local;
    this.pongOrigins = new PongOrigins(this.target);
    this.#channel = channel;
    this.#recording = new Recording(transport);
    this.#budget = new RecordingBudget(this.#recording, this.target);
    this.#recording.subscribe((activity) => {
      if (activity.kind === 'entry') this.#observe(activity.events);
    });
    channel.open({
      bytes: (bytes) => this.#receive(bytes),
      ended: (how) => this.#take(how),
      failed: () => this.#take('rst'),
      drained: () => this.#answerPing(),
      closed: () => this.#take('rst'),
    });
  }

  /** True once the target has ended its direction, by FIN or RST. */
  get targetEnded(): boolean {
    return this.#targetEnded;
  }

  /** Whether a wait has timed out: nothing is waited for after that. */
  get hasTimedOut(): boolean {
    return this.#timedOut;
  }

  /** Whether the peer may begin a frame: none that it has sent is unfinished. */
  get isBetweenFrames(): boolean {
    return this.#recording.isBetweenFrames(this.side);
  }

  /** How many events of that kind the target has shown; a Pong counts where it answers something. */
  count(kind: ConversationEvent['kind']): number {
    return this.#counts.get(kind) ?? 0;
  }

  /** How much the target may send before nothing more is read and the connection is dropped. */
  set limit(limit: RecordingLimit) {
    this.#budget.limit = limit;
    this.#recording.roomToInflate = limit.octets;
  }

  /** The target's request or final response, once it is whole. */
  get head() {
    return this.#recording.head(this.target);
  }

  timeline(): Timeline {
    return this.#recording.timeline();
  }

  conversation() {
    return this.#recording.conversation();
  }

  /**
   * One write; whatever TCP makes of it.
   * @param left is called when it is out of our hands
   */
  write(bytes: Uint8Array, left?: () => void): void {
    if (bytes.length === 0 || !this.#channel.writable) {
      left?.();
      return;
    }
    this.#recording.recordBytes(this.side, bytes);
    this.#channel.write(bytes, left);
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
    for (let start = 0; start < bytes.length && this.#channel.writable; start += size) {
      // TLS keeps what it encrypts for a turn: only the callback says that it has left.
      await new Promise<void>((left) => this.write(bytes.subarray(start, start + size), left));
      await nextTurn();
    }
  }

  /**
   * Ends this direction, or the connection.
   * @param last leaves with it, in one go: no turn of the loop comes between the bytes and the end
   */
  end(how: End, last: Uint8Array = new Uint8Array(0)): void {
    if (!this.#channel.writable) return;
    if (last.length > 0) this.#recording.recordBytes(this.side, last);
    this.#recording.recordEnd(how, this.side);
    this.#channel.end(how, last);
    if (how === 'rst') this.#recording.close();
  }

  read(on: boolean): void {
    if (on) this.#channel.resume();
    else this.#channel.pause();
  }

  /**
   * Waits until `condition` holds, the target has ended, or `ms` have passed.
   * After a recorded timeout nothing is waited for any more: it is the verdict.
   * @param waitingFor in words; a timeout is recorded with it, unless it is undefined
   */
  async until(
    condition: () => boolean,
    ms: number,
    waitingFor: string | undefined,
  ): Promise<Waited> {
    let isMet = false;
    const isOver = () => {
      isMet = condition();
      return isMet || this.#targetEnded;
    };
    const isPast = this.#timedOut && !this.#recording.isClosed;
    if (isPast && !isOver()) return 'timeout';
    const outcome = await this.#recording.until(isOver, { timeout: ms });
    if (outcome !== 'timeout') return isMet ? 'seen' : 'ended';
    if (waitingFor !== undefined) {
      this.#timedOut = true;
      this.#recording.recordTimeout(waitingFor);
    }
    return 'timeout';
  }

  /** @throws what this end itself failed with while it read: a socket's listener has no caller */
  requireSound(): void {
    this.#recording.requireSound();
  }

  /** From now on nothing is waited for any longer than this, what is waited for already included. */
  limitWaits(ms: number): void {
    this.#recording.limitWaits(ms);
  }

  /** Frees the connection; what was recorded stays, with a drop where the connection is not over. */
  destroy(): void {
    if (this.#targetEnded) this.end('fin');
    else if (!this.#recording.isClosed) this.#recording.recordDrop(this.side);
    this.#channel.destroy();
    this.#recording.close();
  }

  #take(how: End): void {
    if (this.#targetEnded || this.#recording.isClosed) return;
    this.#targetEnded = true;
    this.#recording.recordEnd(how, this.target);
  }

  #receive(bytes: Uint8Array): void {
    if (this.#targetEnded || this.#recording.isClosed) return;
    this.#recording.recordBytes(this.target, bytes, this.#budget);
  }

  #observe(events: readonly ConversationEvent[]): void {
    for (const event of events) {
      // What left together with the request is read only now that a response has opened frames.
      this.pongOrigins.take(event);
      if (!('from' in event) || event.from !== this.target) continue;
      // The rest may hold any number of frames: nothing more is read.
      if (event.kind === 'overflow') {
        this.destroy();
        return;
      }
      this.observed.push(event);
      if (event.kind !== 'pong' || this.pongOrigins.isAnswer(event)) {
        this.#counts.set(event.kind, this.count(event.kind) + 1);
      }
      if (event.kind !== 'ping') continue;
      this.#owedPong = event.payload;
      this.#answerPing();
    }
  }

  /** RFC 6455 §5.5.2: a Ping is answered unless a Close has come. */
  #answerPing(): void {
    const payload = this.#owedPong;
    if (payload === undefined || this.count('close') > 0) return;
    if (!this.isBetweenFrames || this.#channel.needsDrain) return;
    if (this.pongsWaitForFrame && !this.#recording.hasFrame(this.side)) return;
    this.pongsWaitForFrame = false;
    this.#owedPong = undefined;
    const maskKey = this.side === 'client' ? Uint8Array.of(0x5a, 0xa5, 0x3c, 0xc3) : undefined;
    this.write(writeFrame({ opcode: opcodes.pong, payload, maskKey }));
  }
}
