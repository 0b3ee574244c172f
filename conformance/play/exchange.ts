/** The peer's side of one case: its steps turned into writes and waits on one connection. */

import { applyByKind, type ByKind } from '../format/by-kind.ts';
import type { Case } from '../format/case.ts';
import type { ExpectedEvent } from '../format/expectation.ts';
import { alivePayload, provesAliveFirst, signOfLife } from '../format/liveness.ts';
import { isMessage, type Match, Matcher, observedEvents } from '../format/match.ts';
import { type Seed, seededBytes } from '../format/seed.ts';
import { type AwaitedEvent, frame, type Item, isItem, type Step } from '../format/step.ts';
import { MessageDeflater } from '../wire/deflate.ts';
import { opcodes } from '../wire/wire.ts';
import type { ClosingWait } from './closing-wait.ts';
import type { Peer } from './peer.ts';
import { ItemWriter } from './writer.ts';

export interface PlayOptions {
  /** How long an observation may take, in ms. */
  readonly timeout: number;
  /** How long the response to the handshake may take, in ms. Default: `timeout`. */
  readonly openingTimeout?: number;
  /** How long the end of the conversation may take. Default: `timeout` for each sign of it. */
  readonly closing?: ClosingWait | undefined;
  /** How long a target that has to fail the connection is left alone before a Ping asks it, in ms. */
  readonly grace: number;
  /** Whether the target echoes; where not, a Pong shows that it is alive. */
  readonly echo: boolean;
  /** Whether the target answers pings. Default true. */
  readonly pong?: boolean;
  /** How long writes that are spread out may take before a target may give up, in ms. */
  readonly paceBudget?: number;
  /** What the peer chooses at random follows from it and the case's id. */
  readonly seed: Seed;
  /** Destroys the connections of the case. */
  readonly signal?: AbortSignal | undefined;
}

export class Exchange {
  readonly case: Case;
  readonly peer: Peer;
  readonly options: PlayOptions;
  readonly random: (length: number) => Uint8Array;
  /** What the target owes for the proof of life, once that was asked for. */
  answerToProof: readonly ExpectedEvent[] = [];
  readonly #writer: ItemWriter;
  #matcher: Matcher | undefined;
  /** How many of the observed events the matcher has had. */
  #matched = 0;
  readonly #awaited: Partial<Record<AwaitedEvent, number>> = {};
  /** Head bytes that wait for the first bytes of the steps (`coalesced`). */
  #held: Uint8Array | undefined;

  constructor(testCase: Case, peer: Peer, options: PlayOptions) {
    this.case = testCase;
    this.peer = peer;
    this.options = options;
    this.random = seededBytes(options.seed, testCase.id);
    this.#writer = new ItemWriter(peer.side, this.random);
  }

  /** False while the target is inside a frame that was cut or lied about its length. */
  get targetCanRead(): boolean {
    return !this.#writer.insideFrame;
  }

  /** Whether the peer has written a Close frame. */
  get hasClosed(): boolean {
    return this.#writer.hasClosed;
  }

  get targetClosed(): boolean {
    return this.peer.count('close') > 0;
  }

  /**
   * How what the target has shown compares with what it owes: the proof of life, and the case's.
   * Messages of a target that does not echo are its own affair, as they are to the judge.
   */
  match(): Match {
    this.#matcher ??= new Matcher([...this.answerToProof, ...this.case.expect.events]);
    const { observed, pongOrigins } = this.peer;
    for (const event of observedEvents(observed.slice(this.#matched), pongOrigins)) {
      if (this.options.echo || !isMessage(event)) this.#matcher.take(event);
    }
    this.#matched = observed.length;
    return this.#matcher.match;
  }

  /** What the peer writes leaves together with the next items. */
  hold(bytes: Uint8Array): void {
    this.#held = bytes;
  }

  /** From here on the peer's messages are compressed where their case says so. */
  agreeOnDeflate(): void {
    const direction = this.peer.conversation().deflate?.[this.peer.side];
    this.#writer.deflater =
      direction && new MessageDeflater(direction.windowBits, direction.contextTakeover);
  }

  write(items: readonly Item[]): void {
    this.peer.write(this.#bytesOf(items));
  }

  /** What was held, and the items after it. */
  #bytesOf(items: readonly Item[]): Uint8Array {
    const held = this.#held ? [this.#held] : [];
    this.#held = undefined;
    const chunks = [...held, ...this.#writer.write(items)];
    return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  }

  /** Stops where an awaited event does not come: what would follow means nothing without it. */
  async play(steps: readonly Step[]): Promise<void> {
    let items: Item[] = [];
    for (const step of steps) {
      if (isItem(step)) {
        items.push(step);
        continue;
      }
      const goesOn = await applyByKind(this.#actions, step, items);
      if (!goesOn) return;
      items = [];
    }
    this.#flush(items);
  }

  /** What the steps that are no items do after the items before them; false: no more is played. */
  readonly #actions: ByKind<Exclude<Step, Item>, [readonly Item[]], boolean | Promise<boolean>> = {
    end: ({ how }, items) => {
      this.peer.end(how, this.#bytesOf(items));
      return true;
    },
    segments: async ({ of, items }, before) => {
      this.#flush(before);
      await this.#writeSegments(of, items);
      return true;
    },
    reading: ({ on }, items) => {
      this.#flush(items);
      this.peer.read(on);
      return true;
    },
    await: ({ event }, items) => {
      this.#flush(items);
      return this.#await(event);
    },
  };

  #flush(items: readonly Item[]): void {
    if (items.length > 0 || this.#held) this.write(items);
  }

  /** Where nothing can be asked for, the handshake and the end of the connection show life. */
  async proveAlive(): Promise<void> {
    if (!this.#canProve) return;
    const { question, answer } = this.#proof();
    this.answerToProof = [signOfLife(question)];
    const before = this.peer.observed.length;
    this.write([frame(opcodes[question], alivePayload)]);
    await this.peer.until(
      () => this.peer.observed.slice(before).some(({ kind }) => kind === answer),
      this.options.timeout,
      'a sign of life before the provocation',
    );
  }

  get #canProve(): boolean {
    return this.options.pong !== false || this.#proof().question === 'text';
  }

  /** A driven client does what its script says, and echoes only where it has none. */
  #proof() {
    return this.options.echo && !this.case.script
      ? ({ question: 'text', answer: 'message' } as const)
      : ({ question: 'ping', answer: 'pong' } as const);
  }

  /** The answer to the proof is no answer to a step, so it is not counted here. */
  async #await(event: AwaitedEvent): Promise<boolean> {
    const proven =
      provesAliveFirst(this.case) &&
      this.#canProve &&
      (event === this.#proof().answer || event === 'frame');
    const nth = (this.#awaited[event] ?? (proven ? 1 : 0)) + 1;
    this.#awaited[event] = nth;
    const hasCome = () => (event === 'end' ? this.peer.targetEnded : this.peer.count(event) >= nth);
    const over = () => hasCome() || (event !== 'end' && this.targetClosed);
    await this.peer.until(over, this.options.timeout, `the next ${event}`);
    return hasCome() && !(event === 'message' && this.#hasWrongMessage());
  }

  /** Whether a message is not what the case expects there; one more than it expects is not wrong. */
  #hasWrongMessage(): boolean {
    const match = this.match();
    return match.state === 'mismatch' && match.next !== undefined && isMessage(match.next);
  }

  async #writeSegments(of: number | 'each', items: readonly Item[]): Promise<void> {
    if (of !== 'each') return this.#writeCut(Buffer.concat(this.#writer.write(items)), of);
    for (const item of items) {
      const bytes = Buffer.concat(this.#writer.write([item]));
      await this.#writeCut(bytes, bytes.length);
    }
  }

  #writeCut(bytes: Uint8Array, size: number): Promise<void> {
    return this.peer.pace(bytes.length, () => this.peer.writeInSegments(bytes, size));
  }
}
