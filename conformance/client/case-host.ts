/**
 * Serves the cases to client targets. Each connection asks for one thing by its URL; a case is
 * played on the connection that asked for it, and its result kept under the agent's name.
 */
import { EventEmitter, once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { type Case, close, closed, observed, text } from '../case.ts';
import { type Judgement, judge } from '../judge/judge.ts';
import { describeExpectation } from '../judge/sentences.ts';
import { repeatedKey, ruleOf } from '../judge/violation.ts';
import { unmetNeed } from '../play/needs.ts';
import { Peer } from '../play/peer.ts';
import { playAsServer } from '../play/player.ts';
import { freshSeed, type Seed } from '../play/seed.ts';
import type { PlayOptions } from '../play/talk.ts';
import type { CaseResult } from '../run.ts';
import type { Conversation } from '../wire/conversation.ts';
import { headerValues } from '../wire/http-head.ts';
import { readExtensions } from '../wire/negotiation.ts';
import type { ScriptEntry } from '../wire/timeline.ts';
import { type Request, readAddress, UnknownAddressError } from './case-address.ts';
import { waitsForTimer } from './own-timer.ts';
import { statusOf } from './status.ts';

export interface CaseHostOptions {
  readonly cases: readonly Case[];
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** How long one observation may take, in ms. Default 5000. */
  readonly timeout?: number;
  /** How long a client that must fail the connection is left alone before a Ping asks it, in ms. */
  readonly grace?: number;
  /** Keys and masks follow from it. Default: a fresh one. */
  readonly seed?: Seed;
  /** Whether the clients run cases that tell them what to do. Default false. */
  readonly driven?: boolean;
  readonly onResult?: (agent: string, result: CaseResult) => void;
  /** An agent has asked for the reports (`/updateReports`). */
  readonly onReport?: (agent: string) => void;
  readonly onStop?: () => void;
}

const defaultGrace = 250;

export class CaseHost {
  readonly #options: CaseHostOptions;
  readonly #play: PlayOptions;
  readonly #servers: Server[] = [];
  /** Of the first address. */
  #url = '';
  readonly #sockets = new Set<Socket>();
  /** Results by agent and by index of the case; a promise while the case is played. */
  readonly #results = new Map<string, Map<number, Promise<CaseResult>>>();
  /** Whom the cases are played with just now. */
  readonly #peers = new Map<Promise<CaseResult>, Peer>();
  /** Preludes that an agent has had of a case whose own conversation is still to come. */
  readonly #preludes = new Map<string, number>();
  /** Keys of all handshakes by agent, each with the case that saw it first. */
  readonly #keys = new Map<string, Map<string, Case>>();

  /** Says `case` when one is asked for. */
  readonly #asks = new EventEmitter();
  #underWay = 0;

  private constructor(options: CaseHostOptions) {
    this.#options = options;
    this.#play = {
      timeout: options.timeout ?? 5000,
      grace: options.grace ?? defaultGrace,
      echo: true,
      seed: options.seed ?? freshSeed(),
    };
  }

  /** @throws where the port is taken: Node's `EADDRINUSE` */
  static async listen(options: CaseHostOptions): Promise<CaseHost> {
    const host = new CaseHost(options);
    host.#url = await host.listenAt(options.host ?? '127.0.0.1', options.port);
    return host;
  }

  /**
   * Serves the same cases at one address more.
   * @param port default 0: any free one
   * @returns its URL, without a slash at the end
   * @throws where the system has no such address: Node's `EADDRNOTAVAIL`
   */
  listenAt(address: string, port = 0): Promise<string> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      void this.#serve(new Peer(socket, 'server'));
    });
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, address, () => {
        this.#servers.push(server);
        resolve(urlOf(server));
      });
    });
  }

  /** `ws://127.0.0.1:9001`, without a slash at the end. */
  get url(): string {
    return this.#url;
  }

  /** Whether a client is at a case just now. */
  get isPlaying(): boolean {
    return this.#underWay > 0;
  }

  get agents(): readonly string[] {
    return [...this.#results.keys()];
  }

  /** Undefined until the agent has asked for the case. */
  resultOf(agent: string, testCase: Case): Promise<CaseResult> | undefined {
    return this.#results.get(agent)?.get(this.#options.cases.indexOf(testCase));
  }

  /** Resolves when the agent's request for the case has come. */
  async asked(agent: string, testCase: Case): Promise<void> {
    while (!this.resultOf(agent, testCase)) await once(this.#asks, 'case');
  }

  /** The agent's program is done with the case: the peer waits for nothing any longer than `ms`. */
  letGo(agent: string, testCase: Case, ms = 0): void {
    const played = this.resultOf(agent, testCase);
    if (played && !waitsForTimer(testCase)) this.#peers.get(played)?.hurry(ms);
  }

  /** As `resultOf`, judged again with what the agent's program saw. */
  async resultSeenBy(
    agent: string,
    testCase: Case,
    seen: readonly ScriptEntry[],
  ): Promise<CaseResult | undefined> {
    const { kind } = testCase.expect.ending;
    const played = this.resultOf(agent, testCase);
    const onWire = await played;
    // A program may close before its client has asked for anything, or come to its end without.
    const isOver = seen.some(({ event }) => event.type === 'value' && event.name === 'result');
    if (!onWire && kind !== 'unopened' && kind !== 'refused' && !isOver) return undefined;
    if (onWire && (!onWire.timeline || onWire.rule === repeatedKey)) return onWire;
    const { transport, entries } = onWire?.timeline ?? { transport: 'tcp', entries: [] };
    const timeline = { transport, entries: [...entries, ...seen] } as const;
    const judgement = judge(testCase, timeline, { role: 'client', echo: true });
    return { case: testCase, ...judgement, duration: onWire?.duration ?? 0, timeline };
  }

  /** What an agent has run so far, in the order of the catalogue; waits for running cases. */
  async resultsOf(agent: string): Promise<readonly CaseResult[]> {
    const results = [...(this.#results.get(agent) ?? [])].sort(([a], [b]) => a - b);
    return Promise.all(results.map(([, result]) => result));
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(
      this.#servers.map((server) => new Promise((resolve) => server.close(resolve))),
    );
  }

  async #serve(peer: Peer): Promise<void> {
    const request = await this.#requestOf(peer);
    if (!request) return peer.destroy();
    switch (request.ask) {
      case 'case-count':
        return this.#tell(peer, `${this.#options.cases.length}`);
      case 'case-info': {
        const { id, title, autobahn } = this.#options.cases[request.index]!;
        return this.#tell(peer, JSON.stringify({ id, description: title, autobahn }));
      }
      case 'run':
        return this.#run(peer, request.index, request.agent);
      case 'status': {
        const result = await this.#results.get(request.agent)?.get(request.index);
        return this.#tell(peer, JSON.stringify(statusOf(result)));
      }
      case 'report':
        this.#options.onReport?.(request.agent);
        return this.#tell(peer, undefined);
      case 'stop':
        await this.#tell(peer, undefined);
        this.#options.onStop?.();
    }
  }

  async #requestOf(peer: Peer): Promise<Request | undefined> {
    await peer.until(() => headOf(peer) !== undefined, this.#play.timeout, undefined);
    const line = headOf(peer)?.startLine;
    if (line?.kind !== 'request') return undefined;
    try {
      return readAddress(line.target, this.#options.cases);
    } catch (error) {
      if (!(error instanceof UnknownAddressError)) throw error;
      const body = Buffer.from(`${error.message}\n`);
      const head = `HTTP/1.1 404 Not Found\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
      peer.write(Buffer.concat([Buffer.from(head), body]));
      peer.end('fin');
      await peer.until(() => false, this.#play.grace, undefined);
      return undefined;
    }
  }

  /** One text message, or none, and a normal close. */
  async #tell(peer: Peer, message: string | undefined): Promise<void> {
    const told: Case = {
      ...conversationOfOurs,
      steps: [...(message === undefined ? [] : [text(message)]), close(1000)],
    };
    await playAsServer(told, peer, this.#play);
  }

  async #run(peer: Peer, index: number, agent: string): Promise<void> {
    const testCase = this.#options.cases[index]!;
    if (await this.#playPrelude(peer, testCase, agent)) return;
    const results = this.#results.get(agent) ?? new Map<number, Promise<CaseResult>>();
    this.#results.set(agent, results);
    this.#underWay += 1;
    const result = this.#judged(testCase, peer, agent).finally(() => {
      this.#underWay -= 1;
      this.#peers.delete(result);
    });
    this.#peers.set(result, peer);
    results.set(index, result);
    this.#asks.emit('case');
    this.#options.onResult?.(agent, await result);
  }

  /** @returns false where the case's own conversation is next */
  async #playPrelude(peer: Peer, testCase: Case, agent: string): Promise<boolean> {
    // Only a client that is told to connects again.
    const before = this.#options.driven ? (testCase.before ?? []) : [];
    const key = `${testCase.id} ${agent}`;
    const played = this.#preludes.get(key) ?? 0;
    const prelude = before[played];
    if (!prelude) {
      this.#preludes.delete(key);
      return false;
    }
    this.#preludes.set(key, played + 1);
    await playAsServer({ ...conversationOfOurs, ...prelude, expect: observed() }, peer, this.#play);
    return true;
  }

  /** RFC 6455 §4.1: the key is chosen anew for each connection. */
  #earlierCaseWithKey(peer: Peer, testCase: Case, agent: string): Case | undefined {
    const keys = this.#keys.get(agent) ?? new Map<string, Case>();
    this.#keys.set(agent, keys);
    const { head } = peer.conversation().client;
    const key = head && headerValues(head, 'Sec-WebSocket-Key')[0];
    if (key === undefined) return undefined;
    const earlier = keys.get(key);
    keys.set(key, earlier ?? testCase);
    return earlier;
  }

  async #judged(testCase: Case, peer: Peer, agent: string): Promise<CaseResult> {
    const startedAt = performance.now();
    const deflate = offersDeflate(peer.conversation());
    const windowLimit = offersDeflate(peer.conversation(), 'client_max_window_bits');
    const reason = unmetNeed(testCase, {
      echo: true,
      pong: true,
      deflate,
      windowLimit,
      fixedWindow: deflate && !windowLimit,
      script: this.#options.driven ?? false,
      page: this.#options.driven ?? false,
      tls: false,
      http2: false,
      originPolicy: false,
    });
    if (reason) {
      await this.#tell(peer, undefined);
      const expected = describeExpectation(testCase);
      const rule = ruleOf(testCase);
      return { case: testCase, verdict: 'skip', rule, expected, observed: reason, duration: 0 };
    }
    const earlier = this.#earlierCaseWithKey(peer, testCase, agent);
    const timeout = Math.max(this.#play.timeout, testCase.patience ?? 0);
    const options = { ...this.#play, timeout };
    const { timeline, conversation } = await playAsServer(testCase, peer, options);
    const judgement = earlier
      ? keyIsRepeated(earlier, testCase)
      : judge(testCase, timeline, { role: 'client', echo: true }, conversation);
    return { case: testCase, ...judgement, duration: performance.now() - startedAt, timeline };
  }
}

const keyIsRepeated = (earlier: Case, testCase: Case): Judgement => ({
  verdict: 'fail',
  rule: repeatedKey,
  expected: 'a key that no earlier handshake of this client had',
  observed:
    earlier === testCase
      ? 'a second handshake for this case, with the same key'
      : `the key of ${earlier.id} again`,
  reference: 'RFC 6455 §4.1',
});

const conversationOfOurs: Case = {
  id: 'host/answer',
  title: 'an answer of the host',
  level: 'may',
  document: 'RFC 6455',
  section: '1.2',
  requirement: 'tells a client what it asked for',
  against: ['client'],
  alive: 'untested',
  steps: [],
  expect: closed([1000, 'none']),
};

function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `ws://${host}:${address.port}`;
}

const headOf = (peer: Peer) => peer.conversation().client.head;

function offersDeflate({ client }: Conversation, parameter?: string): boolean {
  const offers = client.head ? readExtensions(client.head) : [];
  return offers.some(
    ({ name, parameters }) =>
      name === 'permessage-deflate' &&
      (parameter === undefined || parameters.some(([known]) => known === parameter)),
  );
}
