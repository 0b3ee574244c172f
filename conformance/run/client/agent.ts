/**
 * A client, identified by the agent name that it sends. Each case is played on the connection that
 * requested it; the results are kept.
 */
import { EventEmitter, once } from 'node:events';
import type { Case, Prelude } from '../../format/case.ts';
import { traitsOf } from '../../format/ending.ts';
import { unmetNeed } from '../../format/needs.ts';
import { judge, judgementOf } from '../../judge/judge.ts';
import { beyondOneCase, type CaseConversation } from '../../judge/judge-conversations.ts';
import { repeatedKey } from '../../judge/rules.ts';
import type { Violation } from '../../judge/violation.ts';
import type { PlayOptions } from '../../play/exchange.ts';
import { answerTo } from '../../play/extension-answer.ts';
import type { Peer } from '../../play/peer.ts';
import { playAsServer } from '../../play/player.ts';
import { type CaseResult, mainTimeline } from '../../results/case-result.ts';
import { faulted, unjudged } from '../../results/unjudged.ts';
import type { Conversation } from '../../wire/conversation.ts';
import { headerValues } from '../../wire/http-head.ts';
import { readExtensions } from '../../wire/negotiation.ts';
import type { ScriptEntry, Timeline } from '../../wire/timeline.ts';
import { unlessTooSlow } from '../write-pacing.ts';
import { waitsForTimer } from './client-timeouts.ts';
import { playPrelude, tell } from './control-endpoints.ts';
import { findWrongHost } from './host-header.ts';

export class Agent {
  readonly #play: PlayOptions;
  readonly #driven: boolean;
  /** Whether there is no relay that may rewrite the client's requests. */
  readonly #isDirect: boolean;
  /** A promise while the case is running. */
  readonly #results = new Map<Case, Promise<CaseResult>>();
  /** The peers of the running cases. */
  readonly #peers = new Map<Promise<CaseResult>, Peer>();
  /** Preludes of a case whose own conversation is still to come; undefined while one is played. */
  readonly #preludes = new Map<Case, (Timeline | undefined)[]>();
  /** Keys of all handshakes, each with the first case that used it. */
  readonly #keys = new Map<string, Case>();
  /** Says `case` when one is asked for. */
  readonly #asks = new EventEmitter().setMaxListeners(0);

  /**
   * @param driven whether the client runs cases that need a program on its side
   * @param isDirect whether there is no relay that may rewrite the client's requests
   */
  constructor(play: PlayOptions, driven: boolean, isDirect: boolean) {
    this.#play = play;
    this.#driven = driven;
    this.#isDirect = isDirect;
  }

  /** Whether the client has requested a case yet. */
  get hasAsked(): boolean {
    return this.#results.size > 0;
  }

  /** Whether the client is running a case now. */
  get isPlaying(): boolean {
    return this.#peers.size > 0;
  }

  /** The last case that the client requested. */
  get lastAsked(): Case | undefined {
    return [...this.#results.keys()].at(-1);
  }

  /** Undefined until the client has requested the case. */
  resultOf(testCase: Case): Promise<CaseResult> | undefined {
    return this.#results.get(testCase);
  }

  /** Resolves when the client's request for the case has arrived. */
  async asked(testCase: Case): Promise<void> {
    while (!this.resultOf(testCase)) await once(this.#asks, 'case');
  }

  /** The number of bytes on the case's connection: it grows as long as either side writes. */
  passedIn(testCase: Case): number {
    const played = this.resultOf(testCase);
    const peer = played && this.#peers.get(played);
    return peer?.timeline().entries.length ?? 0;
  }

  /** Drops the connection of a running case. */
  drop(testCase: Case): void {
    const played = this.resultOf(testCase);
    if (played) this.#peers.get(played)?.destroy();
  }

  /** The client's program is done with the case: the peer waits for nothing any longer than `ms`. */
  clientDone(testCase: Case, ms = 0): void {
    const played = this.resultOf(testCase);
    if (played && !waitsForTimer(testCase)) this.#peers.get(played)?.limitWaits(ms);
  }

  /** Like `resultOf`, judged again with the events of the client's program. */
  async resultSeenBy(
    testCase: Case,
    seen: readonly ScriptEntry[],
  ): Promise<CaseResult | undefined> {
    const opens = traitsOf(testCase.expect.ending).handshake === 'accepted';
    const onWire = await this.resultOf(testCase);
    // A program may close before its client has made a request, or end without one.
    const isOver = seen.some(({ event }) => event.type === 'value' && event.name === 'result');
    if (!onWire && opens && !isOver) return undefined;
    const onWireOnly = mainTimeline(onWire?.conversations ?? []);
    const isFinal = (one: CaseResult) =>
      !onWireOnly || one.verdict === 'error' || beyondOneCase.has(one.rule);
    if (onWire && isFinal(onWire)) return onWire;
    const { transport, entries } = onWireOnly ?? { transport: 'tcp', entries: [] };
    const timeline = { transport, entries: [...entries, ...seen] } as const;
    const judgement = judge(testCase, timeline, { role: 'client', echo: true });
    const before = onWire?.conversations.filter(({ name }) => name !== 'main') ?? [];
    const conversations = [...before, { name: 'main', timeline } as const];
    return { case: testCase, ...judgement, duration: onWire?.duration ?? 0, conversations };
  }

  /**
   * Plays the next part of a case on the connection that requested it.
   *
   * @returns undefined if that was a prelude
   */
  async run(testCase: Case, peer: Peer): Promise<CaseResult | undefined> {
    const prelude = this.#nextPrelude(testCase);
    if (prelude) {
      const { next, played } = prelude;
      const index = played.push(undefined) - 1;
      const fault = await playPrelude(peer, next, this.#play).then(
        (timeline) => {
          played[index] = timeline;
          return undefined;
        },
        (error) => faulted(testCase, error),
      );
      if (fault) this.#results.set(testCase, Promise.resolve(fault));
      return fault;
    }
    const before = this.#preludes.get(testCase) ?? [];
    this.#preludes.delete(testCase);
    const result = this.#judged(testCase, peer, before)
      .catch((error) => faulted(testCase, error))
      .finally(() => this.#peers.delete(result));
    this.#peers.set(result, peer);
    this.#results.set(testCase, result);
    this.#asks.emit('case');
    return result;
  }

  /** @returns undefined if the case's own conversation is next */
  #nextPrelude(
    testCase: Case,
  ): { readonly next: Prelude; readonly played: (Timeline | undefined)[] } | undefined {
    // Only a client with a program connects again.
    const before = this.#driven ? (testCase.before ?? []) : [];
    const played = this.#preludes.get(testCase) ?? [];
    const next = before[played.length];
    if (!next) return undefined;
    this.#preludes.set(testCase, played);
    return { next, played };
  }

  async #judged(
    testCase: Case,
    peer: Peer,
    before: readonly (Timeline | undefined)[],
  ): Promise<CaseResult> {
    const startedAt = performance.now();
    const reason =
      this.#unmetNeed(testCase, peer.conversation()) ?? unanswerable(testCase, peer.conversation());
    if (reason) {
      await tell(peer, undefined, this.#play);
      return unjudged(testCase, 'skip', reason);
    }
    const earlier = this.#earlierCaseWithKey(testCase, peer.conversation());
    const timeout = Math.max(this.#play.timeout, testCase.observationTimeout ?? 0);
    const options = { ...this.#play, timeout };
    const { timeline, conversation, pacing } = await playAsServer(testCase, peer, options);
    const { head } = conversation.client;
    const otherHost = this.#isDirect && head ? findWrongHost(head, peer.endpoint) : undefined;
    const violation = earlier ? keyIsRepeated(earlier, testCase) : otherHost;
    const judgement = violation
      ? judgementOf(violation, testCase)
      : unlessTooSlow(
          judge(testCase, timeline, { role: 'client', echo: true }, conversation),
          pacing,
          options.paceBudget,
        );
    const conversations: CaseConversation[] = [
      ...before.flatMap((earlier) =>
        earlier ? [{ name: 'before', timeline: earlier } as const] : [],
      ),
      { name: 'main', timeline },
    ];
    return { case: testCase, ...judgement, duration: performance.now() - startedAt, conversations };
  }

  #unmetNeed(testCase: Case, conversation: Conversation): string | undefined {
    const deflate = offersDeflate(conversation);
    const windowLimit = offersDeflate(conversation, 'client_max_window_bits');
    return unmetNeed(testCase, {
      echo: true,
      pong: true,
      deflate,
      windowLimit,
      fixedWindow: deflate && !windowLimit,
      script: this.#driven,
      page: this.#driven,
      tls: false,
      http2: false,
      originPolicy: false,
    });
  }

  /** RFC 6455 §4.1: the key is chosen anew for each connection. */
  #earlierCaseWithKey(testCase: Case, { client: { head } }: Conversation): Case | undefined {
    const key = head && headerValues(head, 'Sec-WebSocket-Key')[0];
    if (key === undefined) return undefined;
    const earlier = this.#keys.get(key);
    this.#keys.set(key, earlier ?? testCase);
    return earlier;
  }
}

const keyIsRepeated = (earlier: Case, testCase: Case): Violation => ({
  rule: repeatedKey,
  where: 'handshake',
  expected: 'a key that no earlier handshake of this client used',
  observed:
    earlier === testCase
      ? 'a second handshake for this case, with the same key'
      : `the key of ${earlier.id} again`,
  seen: 'the key of an earlier handshake',
});

/** Why no response that the case needs is valid for the client's offer. */
function unanswerable(testCase: Case, { client: { head } }: Conversation): string | undefined {
  const answer = answerTo(testCase, head ? readExtensions(head) : []);
  return answer && 'unfit' in answer ? answer.unfit : undefined;
}

function offersDeflate({ client }: Conversation, parameter?: string): boolean {
  const offers = client.head ? readExtensions(client.head) : [];
  return offers.some(
    ({ name, parameters }) =>
      name === 'permessage-deflate' &&
      (parameter === undefined || parameters.some(([known]) => known === parameter)),
  );
}
