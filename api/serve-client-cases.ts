/** Cases for clients, at URLs that a client under test connects to. */
import type { Case } from '../conformance/format/case.ts';
import type { CaseResult } from '../conformance/results/case-result.ts';
import { CaseHost } from '../conformance/run/client/case-host.ts';

/** What is served, and where. */
export interface ClientCasesOptions {
  /** Cases for servers only are left out. */
  readonly cases: readonly Case[];
  /** The address to listen on. Default 127.0.0.1. */
  readonly host?: string;
  /** The port to listen on. Default 0: any free port. */
  readonly port?: number;
  /** How long one observation may take, in ms. Default 5000. */
  readonly timeout?: number;
  /** Determines keys and masks: the same seed sends the same bytes. Default: a fresh one. */
  readonly seed?: string;
}

/** One client among several, and a signal that ends its case. */
export interface ClientCaseOptions {
  /** The name under which the client's results are kept. Default `client`. */
  readonly agent?: string;
  /** Drops the connection of the case, and rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Serves cases to clients until it is closed; `await using` closes it. */
export interface ClientCases extends AsyncDisposable {
  /** The cases that are served. */
  readonly cases: readonly Case[];
  /** For clients that ask for cases by their numbers, as Autobahn's do: `ws://127.0.0.1:9001`. */
  readonly url: string;
  /** The URL for which the client has to open a connection, and echo what it receives. */
  urlOf(testCase: Case, options?: Pick<ClientCaseOptions, 'agent'>): string;
  /**
   * Resolves when the case has been judged: after the client has opened the URL of the case, and
   * the connection has ended.
   */
  resultOf(testCase: Case, options?: ClientCaseOptions): Promise<CaseResult>;
  /** Drops the open connections and stops listening. */
  close(): Promise<void>;
}

const defaultAgent = 'client';

/**
 * Serves cases to a client under test.
 * @throws {Error} of Node, such as `EADDRINUSE`, if the address cannot be used
 */
export async function serveClientCases(options: ClientCasesOptions): Promise<ClientCases> {
  const cases = options.cases.filter(({ against }) => against.includes('client'));
  const host = await CaseHost.listen({ ...options, cases });
  return {
    cases,
    url: host.url,
    urlOf(testCase, { agent = defaultAgent } = {}) {
      requireServed(testCase, cases);
      return `${host.url}/runCase?${new URLSearchParams({ id: testCase.id, agent })}`;
    },
    async resultOf(testCase, { agent: name = defaultAgent, signal } = {}) {
      requireServed(testCase, cases);
      const agent = host.agent(name);
      const result = agent.asked(testCase).then(() => agent.resultOf(testCase)!);
      if (!signal) return result;
      return unlessAborted(result, signal, () => agent.drop(testCase));
    },
    close: () => host.close(),
    [Symbol.asyncDispose]: () => host.close(),
  };
}

function requireServed(testCase: Case, cases: readonly Case[]): void {
  if (cases.includes(testCase)) return;
  throw new RangeError(`${testCase.id} is not among the cases that are served to clients`);
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal, drop: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      drop();
      reject(signal.reason);
    };
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
