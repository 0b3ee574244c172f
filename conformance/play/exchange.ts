/** The peer's side of one case: its steps turned into writes and waits on one connection. */

import { applyByKind, type ByKind } from '../format/by-kind.ts';
import type { Case } from '../format/case.ts';
import type { ExpectedEvent } from '../format/expectation.ts';
import { alivePayload, provesAliveFirst, questionOf } from '../format/liveness.ts';
import { isMessage, type Match, Matcher, observedEvents } from '../format/match.ts';
import { answersMessages, repeatsCase } from '../format/own-messages.ts';
import { equalsPayload } from '../format/payload.ts';
import { type Seed, seededBytes } from '../format/seed.ts';
import { type AwaitedEvent, type Item, isItem, type Step } from '../format/step.ts';
import { type Proof, proofOf, type TargetProfile } from '../format/target-profile.ts';
import type { ConversationEvent } from '../wire/conversation.ts';
import { MessageDeflater } from '../wire/deflate.ts';
import type { Message } from '../wire/messages.ts';
import type { ClosingWait } from './closing-wait.ts';
import { drain } from './greeting.ts';
import type { Peer } from './peer.ts';
import { ItemWriter } from './writer.ts';

export interface PlayOptions extends TargetProfile {
  /** How long an observation may take, in ms. */
  readonly timeout: number;
  /** How long the response to the handshake may take, in ms. Default: `timeout`. */
  readonly openingTimeout?: number;
  /** How long the end of the conversation may take. Default: `timeout` for each sign of it. */
  readonly closing?: ClosingWait | undefined;
  /** How long a target that has to fail the connection is left alone before a Ping asks it, in ms. */
  readonly grace: number;
  /** How long writes that are spread out may take before a target may give up, in ms. */
  readonly paceBudget?: number;
  /** What the peer chooses at random follows from it and the case's id. */
  readonly seed: Seed;
  /** Destroys the connections of the case. */
  readonly signal?: AbortSignal | undefined;
}

/** A target that was not probed is taken for one that only answers. */
const silentTarget = { greeting: 0, greetingEnds: 0 };

const awaitedEvents: readonly AwaitedEvent[] = ['message', 'ping', 'pong', 'close', 'frame', 'end'];

/** How long a right answer may come after a message that answers nothing, in ms. */
const afterStray = 1000;

const noOctets = new Uint8Array(0);

export class Exchange {
  readonly case: Case;
  readonly peer: Peer;
  readonly options: PlayOptions;
  readonly random: (length: number) => Uint8Array;
  /** What shows that the target is alive before it is provoked. */
  readonly proof: Proof;
  /** What the target owes for the proof of life, once that was asked for. */
  #answerToProof: readonly ExpectedEvent[] = [];
  readonly #writer: ItemWriter;
  #matcher: Matcher | undefined;
  /** How many of the observed events the matcher has had, or came before the case. */
  #matched = 0;
  /** What the target had shown before the case, by kind. */
  #before: Partial<Record<AwaitedEvent, number>> = {};
  readonly #awaited: Partial<Record<AwaitedEvent, number>> = {};
  /** Head bytes that wait for the first bytes of the steps (`coalesced`). */
  #held: Uint8Array | undefined;

  constructor(testCase: Case, peer: Peer, options: PlayOptions) {
    this.case = testCase;
    this.peer = peer;
    this.options = options;
    this.proof = proofOf(testCase, options);
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

  /** Reads the greeting and sends the first messages: only what comes after them counts. */
  async beginCase(): Promise<void> {
    const { behaviour, inits } = this.options;
    const unasked = behaviour?.unasked ?? silentTarget;
    const slowest = behaviour?.slowestInit;
    await drain(
      this,
      { ...unasked, ...(slowest !== undefined && { slowestInit: slowest }) },
      inits,
    );
    this.#matched = this.peer.observed.length;
    for (const event of awaitedEvents) {
      if (event !== 'end') this.#before[event] = this.peer.count(event);
    }
  }

  /**
   * How what the target has shown compares with what it owes: the proof of life, and the case's.
   * Messages of a target that answers none are its own, as they are to the judge.
   */
  match(): Match {
    return this.#matchNow().match;
  }

  /** A wrong answer, or a message of the target's own: the right one may follow it shortly. */
  get hasStray(): boolean {
    return this.#matchNow().strays > 0;
  }

  /** How many of the owed events have come. */
  get answers(): number {
    return this.#matchNow().answers;
  }

  #matchNow(): Matcher {
    this.#matcher ??= this.#newMatcher();
    const { observed, pongOrigins } = this.peer;
    for (const event of observedEvents(observed.slice(this.#matched), pongOrigins)) {
      if (answersMessages(this.options) || !isMessage(event)) this.#matcher.take(event);
    }
    this.#matched = observed.length;
    return this.#matcher;
  }

  #newMatcher(): Matcher {
    const expected = [...this.#answerToProof, ...this.case.expect.events];
    const isOwnOfServer = this.peer.target === 'server';
    return new Matcher(
      expected,
      isOwnOfServer ? repeatsCase(this.case, expected, this.options) : undefined,
    );
  }

  /** How many events of that kind answer the case, as far as that can be told. */
  #count(event: Exclude<AwaitedEvent, 'end'>): number {
    const strays = event === 'message' ? this.#matchNow().strays : 0;
    return this.peer.count(event) - (this.#before[event] ?? 0) - strays;
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
    if (this.proof === 'none') return;
    const { question, answer } = questionOf(this.proof, this.options.message);
    this.#answerToProof = [answer];
    const { pongOrigins, observed } = this.peer;
    const before = observed.length;
    const isAnswer = (event: ConversationEvent) =>
      answer.kind === 'pong'
        ? event.kind === 'pong' && pongOrigins.get(event) !== 'heartbeat'
        : event.kind === 'message' && this.#isSignOfLife(event.message);
    this.write([question]);
    await this.peer.until(
      () => observed.slice(before).some(isAnswer),
      this.options.timeout,
      'a sign of life before the provocation',
    );
  }

  /** If the target sends unsolicited messages at intervals, only the echo itself counts. */
  #isSignOfLife({ data }: Message): boolean {
    const isPush = this.options.behaviour?.unasked.pushInterval !== undefined;
    return !isPush || this.proof !== 'echo' || equalsPayload(alivePayload, data ?? noOctets);
  }

  /** The answer to the proof is no answer to a step, so it is not counted here. */
  async #await(event: AwaitedEvent): Promise<boolean> {
    const answer = this.proof === 'pong' ? 'pong' : 'message';
    const isProven = provesAliveFirst(this.case) && this.proof !== 'none';
    const isCounted = isProven && (event === answer || event === 'frame');
    const nth = (this.#awaited[event] ?? (isCounted ? 1 : 0)) + 1;
    this.#awaited[event] = nth;
    const hasCome = () => (event === 'end' ? this.peer.targetEnded : this.#count(event) >= nth);
    const over = () => hasCome() || (event !== 'end' && this.targetClosed);
    if (event === 'message') await this.awaitAnswer(over, 'the next message');
    else await this.peer.until(over, this.options.timeout, `the next ${event}`);
    return hasCome() && !(event === 'message' && this.#hasWrongMessage());
  }

  /**
   * Waits for an answer. After a message that answers nothing, the right one comes shortly, unless
   * the target is known to send unsolicited messages.
   */
  async awaitAnswer(isOver: () => boolean, waitingFor: string): Promise<void> {
    const { timeout, behaviour } = this.options;
    const isPush = behaviour?.unasked.pushInterval !== undefined;
    const hasStray = () => !isPush && this.hasStray;
    await this.peer.until(() => isOver() || hasStray(), timeout, waitingFor);
    if (!isOver() && hasStray()) {
      await this.peer.until(isOver, Math.min(timeout, afterStray), undefined);
    }
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
