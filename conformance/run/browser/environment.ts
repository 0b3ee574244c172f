/** The environment of a browser run: a page, and the cases at separate addresses. */
import type { Case } from '../../format/case.ts';
import type { Agent } from '../client/agent.ts';
import { CaseHost, type CaseHostOptions } from '../client/case-host.ts';
import { hostPages } from './page-host.ts';

export interface BrowserEnvironment {
  /** The browser, as the host of the cases sees it under this agent name. */
  agent(name: string): Agent;
  /** The page that runs the cases. */
  readonly page: string;
  /** The URL of the case host for the browser, without a slash at the end. */
  addressFor(testCase: Case): string;
  close(): Promise<void>;
}

export interface EnvironmentOptions extends CaseHostOptions {
  /** A host by which the browser reaches loopback without trusting it for that. */
  readonly untrustedHost: string;
  /** Maps an address for the browser, if there is a relay in between. */
  readonly through?: ((url: string) => Promise<string>) | undefined;
}

/** Engines let connections to one address wait for each other, so concurrent cases use different ones. */
const addresses = 16;

export async function startEnvironment(options: EnvironmentOptions): Promise<BrowserEnvironment> {
  const { untrustedHost, through = async (url: string) => url, ...hostOptions } = options;
  const host = await CaseHost.listen({ ...hostOptions, driven: true });
  const about =
    (answer: (testCase: Case, agent: Agent) => Promise<void> | string | void) =>
    async (query: URLSearchParams) => {
      const testCase = options.cases.find(({ id }) => id === query.get('id'));
      if (!testCase) return undefined;
      return (await answer(testCase, host.agent(query.get('agent') ?? ''))) ?? undefined;
    };
  const pages = await hostPages(untrustedHost, {
    '/asked': about((testCase, agent) => agent.asked(testCase)),
    '/case-done': about((testCase, agent) => agent.clientDone(testCase)),
    '/moved': about((testCase, agent) => `${agent.passedIn(testCase)}`),
  });
  // Cookies depend on the host and not on the port: functions of the page swap hosts for the page's own.
  const ofFunctions = options.cases.filter(({ page }) => page !== undefined);
  const ofPage = options.cases.filter(({ page }) => page === undefined);
  const places = new Map([
    ...(await placesFor(ofFunctions, () => host.listenAt('127.0.0.1'), through)),
    ...(await placesFor(ofPage, (nth) => listenBeside(host, nth), through)),
  ]);
  return {
    agent: (name) => host.agent(name),
    page: pages.url,
    addressFor: (testCase) => places.get(testCase)!,
    async close() {
      await Promise.all([pages.close(), host.close()]);
    },
  };
}

/** Hands out the addresses in turn. */
async function placesFor(
  cases: readonly Case[],
  listen: (nth: number) => Promise<string>,
  through: (url: string) => Promise<string>,
): Promise<readonly (readonly [Case, string])[]> {
  const urls: string[] = [];
  for (let nth = 0; nth < Math.min(addresses, cases.length); nth += 1) {
    urls.push(await through(await listen(nth)));
  }
  return cases.map((testCase, index) => [testCase, urls[index % urls.length]!]);
}

/** Listens on a neighbour of 127.0.0.1, or on 127.0.0.1 if the system has no other. */
async function listenBeside(host: CaseHost, nth: number): Promise<string> {
  try {
    return await host.listenAt(`127.0.0.${nth + 2}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRNOTAVAIL') throw error;
    return host.listenAt('127.0.0.1');
  }
}
