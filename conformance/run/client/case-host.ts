/**
 * Serves the cases to client targets. Each connection requests one thing by its URL; clients are
 * distinguished by their agent name.
 */
import type { Case } from '../../format/case.ts';
import { freshSeed, type Seed } from '../../format/seed.ts';
import type { PlayOptions } from '../../play/exchange.ts';
import { Peer } from '../../play/peer.ts';
import type { CaseResult } from '../../results/case-result.ts';
import { type Listener, listen } from '../../transport/listen.ts';
import { Agent } from './agent.ts';
import { type Request, readAddress, UnknownAddressError } from './case-address.ts';
import { tell } from './control-endpoints.ts';
import { statusOf } from './status.ts';

export interface CaseHostOptions {
  readonly cases: readonly Case[];
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** How long one observation may take, in ms. Default 5000. */
  readonly timeout?: number;
  /** How long a client that must fail the connection is left alone before it gets a Ping, in ms. */
  readonly grace?: number;
  /** Determines keys and masks. Default: a fresh one. */
  readonly seed?: Seed;
  /** Whether the clients run cases that need a program on their side. Default false. */
  readonly driven?: boolean;
  /** Whether clients connect to its own URL, without a relay that may rewrite their requests. */
  readonly direct?: boolean;
  readonly onResult?: (agent: string, result: CaseResult) => void;
  /** An agent has requested the reports (`/updateReports`). */
  readonly onReport?: (agent: string) => void;
  readonly onStop?: () => void;
}

const defaultGrace = 250;

export class CaseHost {
  readonly #options: CaseHostOptions;
  readonly #play: PlayOptions;
  readonly #listeners: Listener[] = [];
  /** Of the first address. */
  #url = '';
  readonly #agents = new Map<string, Agent>();
  #passesOver = false;

  private constructor(options: CaseHostOptions) {
    this.#options = options;
    this.#play = {
      timeout: options.timeout ?? 5000,
      grace: options.grace ?? defaultGrace,
      echo: true,
      seed: options.seed ?? freshSeed(),
    };
  }

  /** @throws when the port is in use: Node's `EADDRINUSE` */
  static async listen(options: CaseHostOptions): Promise<CaseHost> {
    const host = new CaseHost(options);
    host.#url = await host.listenAt(options.host ?? '127.0.0.1', options.port);
    return host;
  }

  /**
   * Serves the same cases at another address.
   * @param port default 0: any free one
   * @returns its URL, without a slash at the end
   * @throws when the system has no such address: Node's `EADDRNOTAVAIL`
   */
  async listenAt(address: string, port = 0): Promise<string> {
    const listener = await listen({ host: address, port }, (channel) => {
      const peer = new Peer(channel, 'server');
      // An error here is one of a control endpoint: the client sees its connection dropped.
      this.#serve(peer).catch(() => peer.destroy());
    });
    this.#listeners.push(listener);
    return urlOf(listener);
  }

  /** `ws://127.0.0.1:9001`, without a slash at the end. */
  get url(): string {
    return this.#url;
  }

  /** Whether a client is running a case now. */
  get isPlaying(): boolean {
    return [...this.#agents.values()].some(({ isPlaying }) => isPlaying);
  }

  /** The names of all agents that have requested a case. */
  get agents(): readonly string[] {
    return [...this.#agents].filter(([, { hasAsked }]) => hasAsked).map(([name]) => name);
  }

  /** The agent of that name, created on first use. */
  agent(name: string): Agent {
    const known = this.#agents.get(name);
    if (known) return known;
    const agent = new Agent(
      this.#play,
      this.#options.driven ?? false,
      this.#options.direct ?? true,
    );
    this.#agents.set(name, agent);
    return agent;
  }

  /**
   * From now on, a case that an agent has already run is not played again: it gets a plain Close. So a
   * loop that is restarted continues where it ended.
   */
  passOverWhatWasRun(): void {
    this.#passesOver = true;
  }

  /** The results of an agent so far, in the order of the catalogue; waits for running cases. */
  async resultsOf(name: string): Promise<readonly CaseResult[]> {
    const agent = this.agent(name);
    return Promise.all(this.#options.cases.flatMap((each) => agent.resultOf(each) ?? []));
  }

  async close(): Promise<void> {
    await Promise.all(this.#listeners.map((listener) => listener.close()));
  }

  async #serve(peer: Peer): Promise<void> {
    const request = await this.#requestOf(peer);
    if (!request) return peer.destroy();
    switch (request.ask) {
      case 'case-count':
        return tell(peer, `${this.#options.cases.length}`, this.#play);
      case 'case-info': {
        const { id, title, autobahn } = request.testCase;
        return tell(peer, JSON.stringify({ id, description: title, autobahn }), this.#play);
      }
      case 'run':
        return this.#run(peer, request.testCase, request.agent);
      case 'status': {
        const result = await this.agent(request.agent).resultOf(request.testCase);
        return tell(peer, JSON.stringify(statusOf(result)), this.#play);
      }
      case 'report':
        this.#options.onReport?.(request.agent);
        return tell(peer, undefined, this.#play);
      case 'stop':
        await tell(peer, undefined, this.#play);
        this.#options.onStop?.();
    }
  }

  async #run(peer: Peer, testCase: Case, agent: string): Promise<void> {
    if (this.#passesOver && this.agent(agent).resultOf(testCase)) {
      return tell(peer, undefined, this.#play);
    }
    const result = await this.agent(agent).run(testCase, peer);
    if (result) this.#options.onResult?.(agent, result);
  }

  async #requestOf(peer: Peer): Promise<Request | undefined> {
    await peer.until(() => peer.head !== undefined, this.#play.timeout, undefined);
    const line = peer.head?.startLine;
    if (line?.kind !== 'request') return undefined;
    try {
      return readAddress(line.target, this.#options.cases);
    } catch (error) {
      if (!(error instanceof UnknownAddressError)) throw error;
      const body = Buffer.from(`${error.message}\n`);
      const head = `HTTP/1.1 404 Not Found\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
      peer.end('fin', Buffer.concat([Buffer.from(head), body]));
      await peer.until(() => false, this.#play.grace, undefined);
      return undefined;
    }
  }
}

function urlOf({ host, port }: Listener): string {
  return `ws://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
