/** The record of one test: every WebSocket connection of its browser contexts. */
import type { Channel } from '../conformance/transport/channel.ts';
import { Condition } from '../conformance/transport/condition.ts';
import { budgetOf, defaultLimit } from '../conformance/transport/record-limit.ts';
import { Recording } from '../conformance/transport/recording.ts';
import { answer, type Cut, Relay } from '../conformance/transport/relay.ts';
import { rewriteHead } from '../conformance/transport/transform.ts';
import { WireConnection, type WireWaitOptions } from './connection.ts';
import type { Authority } from './proxy/authority.ts';
import type { ExtendedConnectProbe } from './proxy/extended-connect.ts';
import { ForwardProxy, type Opening } from './proxy/forward-proxy.ts';
import { type ProxySettings, upstreamOf } from './proxy/reach.ts';
import { type CaseReference, caseOf, playScript, type ServerScript } from './script.ts';
import { ServerSocket } from './server-socket.ts';
import { describeMatch, matchesUrl, type UrlMatch } from './url-match.ts';

/**
 * A server that a test writes. The handshake is accepted with the first frame, with a wait for a
 * message, or on return, unless the server calls `accept()` or `refuse()` first.
 */
export type WireServer = (socket: ServerSocket) => void | Promise<void>;

/** Which connections `cut` affects, and how. */
export interface CutOptions {
  /** `rst` resets TCP, `fin` ends it without a Close frame, `stall` holds all bytes. Default: `rst`. */
  readonly how?: Cut;
  /** Default: all. */
  readonly url?: UrlMatch<WireConnection>;
}

/** What a recorder needs besides the options of a test. */
export interface WireSettings {
  readonly authority: Authority;
  readonly extendedConnect: ExtendedConnectProbe;
  readonly intercept: 'websockets' | 'everything';
  readonly extraHTTPHeaders: Readonly<Record<string, string>>;
  /** What is left of the test's time, in ms. */
  readonly timeLeft: () => number;
}

/** Options of a browser context that the recorder acts on. */
export interface ContextSettings {
  readonly proxy?: ProxySettings | undefined;
  readonly ignoreHTTPSErrors?: boolean | undefined;
}

type Play = (channel: Channel, connection: WireConnection) => void;

interface Route {
  readonly url: string | RegExp;
  readonly play: Play;
}

/** The record of one test, and what it does to the connections. */
export class Wire {
  readonly #settings: WireSettings;
  readonly #connections: WireConnection[] = [];
  readonly #failures: string[] = [];
  readonly #routes: Route[] = [];
  readonly #listeners = new Set<(connection: WireConnection) => void>();
  readonly #changes = new Condition();
  readonly #abort = new AbortController();
  readonly #problems: unknown[] = [];
  readonly #proxies: ForwardProxy[] = [];
  readonly #defaults: ContextSettings;
  #cut: (CutOptions & { readonly how: Cut }) | undefined;

  /**
   * @internal
   * @param defaults the options of the test for its contexts
   */
  constructor(settings: WireSettings, defaults: ContextSettings) {
    this.#settings = settings;
    this.#defaults = defaults;
  }

  /**
   * @internal
   * @param context the options of one context: what is left out is as the test has it
   * @param opensInHttp2 whether the browser may open WebSockets inside HTTP/2 sessions
   * @returns the address of a forward proxy for that context
   */
  async listen(context: ContextSettings, opensInHttp2: boolean): Promise<string> {
    const { authority, extendedConnect, intercept } = this.#settings;
    const { proxy = this.#defaults.proxy } = context;
    const { ignoreHTTPSErrors = this.#defaults.ignoreHTTPSErrors ?? false } = context;
    const forwardProxy = new ForwardProxy({
      authority,
      extendedConnect: opensInHttp2 ? extendedConnect : undefined,
      upstream: upstreamOf(proxy),
      interceptsEverything: intercept === 'everything',
      trustsAny: ignoreHTTPSErrors,
      mayAnswer: () => this.#routes.length > 0,
      onOpening: (opening) => this.#open(opening),
      onFailure: (reason) => {
        this.#failures.push(reason);
        this.#changes.notify();
      },
    });
    this.#proxies.push(forwardProxy);
    return forwardProxy.listen();
  }

  /** All connections so far, in order of opening, closed and refused ones too. */
  connections(): readonly WireConnection[] {
    return [...this.#connections];
  }

  /** Why the recorder could not pass something on or look at it, in order. */
  failures(): readonly string[] {
    return [...this.#failures];
  }

  /**
   * The first connection that matches, past ones included.
   * @param url - an exact URL, a glob as in Playwright (`**` + `/chat`), a RegExp, or a function
   * @throws {Error} if none is opened in time; the message lists those that were
   */
  async waitForConnection(
    url?: UrlMatch<WireConnection>,
    { timeout = this.#settings.timeLeft() }: WireWaitOptions = {},
  ): Promise<WireConnection> {
    const found = () => this.#connections.find((each) => matchesUrl(url, each.url(), each));
    const outcome = await this.#changes.until(() => found() !== undefined, { timeout });
    if (outcome === 'met') return found()!;
    const opened = this.#connections.map((each) => `\n  ${each.url()}`).join('');
    const failed = this.#failures.map((reason) => `\n  ${reason}`).join('');
    throw new Error(
      `no WebSocket connection to ${describeMatch(url)} after ${Math.round(timeout)} ms. ` +
        (opened === '' ? 'None was opened.' : `Opened were:${opened}`) +
        (failed === '' ? '' : `\nWhat failed:${failed}`),
    );
  }

  /** Calls `listener` for each connection that is opened from now on. */
  on(_event: 'connection', listener: (connection: WireConnection) => void): this {
    this.#listeners.add(listener);
    return this;
  }

  off(_event: 'connection', listener: (connection: WireConnection) => void): this {
    this.#listeners.delete(listener);
    return this;
  }

  /**
   * Answers connections to `url` in place of the server, which is not contacted and need not exist. A
   * later route comes first.
   * @param server - a function that gets the server's end; a script in the words of
   *   `framewright/cases`; or a case of the catalogue: `scriptOf('close-code/invalid-1005')`
   * @throws {Error} if there is no such case
   */
  async route(
    url: string | RegExp,
    server: WireServer | ServerScript | CaseReference,
  ): Promise<void> {
    const play =
      typeof server === 'function' ? this.#playServer(server) : await this.#playCase(server);
    this.#routes.unshift({ url, play });
  }

  /** Removes the routes that were added for this URL. Open connections stay. */
  async unroute(url: string | RegExp): Promise<void> {
    const kept = this.#routes.filter((route) => String(route.url) !== String(url));
    this.#routes.splice(0, this.#routes.length, ...kept);
  }

  /**
   * Cuts open connections, and those that are opened from now on, until `resume()`: what going offline
   * does to them, which `context.setOffline()` does not.
   */
  async cut({ how = 'rst', url }: CutOptions = {}): Promise<void> {
    this.#cut = { how, ...(url !== undefined && { url }) };
    for (const connection of this.#connections) {
      if (matchesUrl(url, connection.url(), connection)) connection.cut(how);
    }
  }

  /** Ends `cut()`: held bytes go on, and connections can be opened again. */
  async resume(): Promise<void> {
    this.#cut = undefined;
    for (const connection of this.#connections) connection.resume();
  }

  /** @internal what servers that a test wrote have thrown */
  get problems(): readonly unknown[] {
    return this.#problems;
  }

  /** @internal */
  async close(): Promise<void> {
    this.#abort.abort();
    this.#changes.close();
    for (const connection of this.#connections) connection.destroy();
    await Promise.all(this.#proxies.map((each) => each.close()));
  }

  #open({ request, isSecure, client, notes, dial }: Opening): void {
    const url = new URL(`${isSecure ? 'wss' : 'ws'}://${request.host}`);
    const address = urlOf(url, request.target);
    const recording = new Recording(isSecure ? 'tls' : 'tcp', address);
    const { timeLeft } = this.#settings;
    // Nothing is connected before the connection can be matched with the routes.
    const server = Promise.resolve().then(() => {
      const route = this.#routes.find((each) => matchesUrl(each.url, address, connection));
      return route ? answer((channel) => route.play(channel, connection)) : dial();
    });
    server.catch((error: Error) => this.#failures.push(error.message));
    const budget = budgetOf(defaultLimit);
    const relay = new Relay(client, server, { recording, budget, ...this.#transform() });
    const connection = new WireConnection(address, relay, { notes, timeLeft });
    this.#connections.push(connection);
    const cut = this.#cut;
    if (cut && matchesUrl(cut.url, address, connection)) connection.cut(cut.how);
    for (const listener of this.#listeners) listener(connection);
    this.#changes.notify();
  }

  #transform() {
    const added = Object.entries(this.#settings.extraHTTPHeaders);
    if (added.length === 0) return {};
    const names = new Set(added.map(([name]) => name.toLowerCase()));
    const client = rewriteHead((head) => {
      const lines = head.split('\r\n').slice(0, -2);
      const kept = lines.filter(
        (line, index) => index === 0 || !names.has(line.split(':')[0]!.toLowerCase()),
      );
      const more = added.map(([name, value]) => `${name}: ${value}`);
      return `${[...kept, ...more].join('\r\n')}\r\n\r\n`;
    });
    return { transform: { client } };
  }

  #playServer(server: WireServer): Play {
    return (channel, connection) => {
      const socket = new ServerSocket(channel, connection);
      const { recording } = connection;
      const play = async () => {
        const isWhole = () => recording.head('client') !== undefined;
        if ((await recording.until(isWhole)) !== 'met') return;
        await server(socket);
        socket.accept();
      };
      play().catch((error) => {
        if (this.#abort.signal.aborted) return;
        this.#problems.push(error);
        socket.end('rst');
      });
    };
  }

  async #playCase(script: ServerScript | CaseReference): Promise<Play> {
    const testCase = await caseOf(script);
    return (channel) => {
      playScript(testCase, channel, this.#abort.signal).catch((error) => {
        if (!this.#abort.signal.aborted) this.#problems.push(error);
      });
    };
  }
}

/** A request target in absolute form would be another URL; pages never send one. */
function urlOf(base: URL, target: string): string {
  return `${base.protocol}//${base.host}${target.startsWith('/') ? target : `/${target}`}`;
}
