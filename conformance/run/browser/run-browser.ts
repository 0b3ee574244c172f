/**
 * Runs client cases in a real browser: one page works through all of them, and each verdict is based on
 * the wire and on the page's events, matched by case. A browser that hangs or crashes is restarted, and
 * failures that may have another cause than the browser are run again alone.
 */
import { DeadlineError } from '../../../browsers/deadline.ts';
import type { Engine } from '../../../browsers/find.ts';
import { requireBrowsers } from '../../../browsers/launch.ts';
import { requirePackages } from '../../../browsers/optional-packages.ts';
import type { Session, UnwatchedTab } from '../../../browsers/session.ts';
import type { Case } from '../../format/case.ts';
import type { Seed } from '../../format/seed.ts';
import { type CaseResult, lastOf, withAttempt } from '../../results/case-result.ts';
import { faulted } from '../../results/unjudged.ts';
import type { Agent } from '../client/agent.ts';
import { doubtAbout } from '../doubt.ts';
import { provisional } from '../provisional.ts';
import { engineSettings } from './engine-settings.ts';
import { type BrowserEnvironment, startEnvironment } from './environment.ts';
import { groupOf, sortForEngine } from './groups.ts';
import { pageCaseFor } from './page-case.ts';
import type { ClientCase, ClientCases } from './page-protocol.ts';
import { RunningBrowser } from './running-browser.ts';
import { crashed, hung, interrupted, resultOf } from './seen-by-page.ts';
import { isSettled } from './settled.ts';

export interface BrowserRunOptions {
  /** How long one observation may take, in ms. Default 5000. */
  readonly timeout?: number;
  readonly seed?: Seed;
  /** Called with each browser that is started: the first one and its replacements. */
  readonly onLaunch?: (session: Session) => void;
  /** How long one call into the page may take before the browser counts as hung, in ms. */
  readonly driverTimeout?: number;
  /** How long a page waits for the end of a case, in ms. */
  readonly pageTimeout?: number;
  /** A running browser, which is not closed. Default: one is started, and closed. */
  readonly session?: Session;
  /** Called with each page before its first case. */
  readonly prepare?: (tab: UnwatchedTab) => Promise<void>;
  /** Maps an address of the case host for the browser, if there is a relay in between. */
  readonly through?: (url: string) => Promise<string>;
  /** Whether a result is known for this browser, so that it needs no second attempt. */
  readonly isKnown?: (result: CaseResult) => boolean;
  /** Receives what is known of a case that will be run again before its result counts. */
  readonly onProvisional?: (result: CaseResult) => void;
  /** Ends the browser and the run. */
  readonly signal?: AbortSignal;
}

/**
 * @returns results in the order in which they are done; cases for servers only are left out
 * @throws {MissingPackages | MissingBrowser} before the first case
 */
export async function* runBrowserCases(
  cases: readonly Case[],
  engine: Engine,
  options: BrowserRunOptions = {},
): AsyncGenerator<CaseResult> {
  if (options.session) requirePackages(['selfsigned']);
  else requireBrowsers([engine], ['selfsigned']);
  const playable = cases.filter(({ against }) => against.includes('client'));
  const run = new BrowserRun(playable, engine, options);
  const { signal } = options;
  const stop = () => void run.end();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    yield* run.results();
  } catch (error) {
    if (!signal?.aborted) throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    await run.end();
  }
}

/** How long a page waits for its close event, in ms; Firefox ends a closing handshake after 22 s. */
const pageTimeout = 15_000;

/** How long a browser has to end the connection after its page has seen the end, in ms. */
const graceBehindPage = 2000;

/** The factor for all limits when a case is run again. */
const timeoutFactorAlone = 3;

/** How cases are run: concurrently at first, and alone when they are run again. */
interface Round {
  readonly alone: boolean;
  /** The factor for all limits, compared with the first time. */
  readonly timeoutFactor: number;
}

const sideBySide: Round = { alone: false, timeoutFactor: 1 };
const again: Round = { alone: true, timeoutFactor: timeoutFactorAlone };

/** Cases suspected of a hang run one at a time, and cases that run alone come last. */
function nextBatch(waiting: ReadonlySet<Case>, suspects: ReadonlySet<Case>): readonly Case[] {
  const [suspect] = suspects;
  if (suspect) return [suspect];
  const others = [...waiting].filter((testCase) => groupOf(testCase) !== 'alone');
  return others.length > 0 ? sortForEngine(others) : [...waiting];
}

/** One page for all cases that a page finished, and one for each of the others. */
function batchesOf(doubtful: readonly CaseResult[]): readonly (readonly Case[])[] {
  const ended = doubtful.filter(({ verdict }) => verdict !== 'error');
  const others = doubtful.filter(({ verdict }) => verdict === 'error');
  const batches = [ended.map((each) => each.case), ...others.map((each) => [each.case])];
  return batches.filter(({ length }) => length > 0);
}

/** Cases that only wait for a time-out run beside the others. */
function concurrencyOf(batch: readonly Case[], engine: Engine): number {
  if (groupOf(batch[0]!) === 'alone') return 1;
  const waiters = batch.filter((testCase) => groupOf(testCase) === 'timers').length;
  return engineSettings[engine].concurrency + waiters;
}

/** A global of the page. */
interface PageWithCases {
  readonly clientCases: ClientCases;
}

/** A page, and the agent name of its cases at the host, which keeps attempts apart. */
interface CasePage {
  readonly tab: UnwatchedTab;
  readonly name: string;
  readonly agent: Agent;
}

class BrowserRun {
  readonly #cases: readonly Case[];
  readonly #engine: Engine;
  readonly #options: BrowserRunOptions;
  readonly #browser: RunningBrowser;
  /** Set while the browser starts. */
  readonly #stage: Promise<BrowserEnvironment>;
  #page: CasePage | undefined;
  #pages = 0;
  #ended: Promise<void> | undefined;

  constructor(cases: readonly Case[], engine: Engine, options: BrowserRunOptions) {
    this.#cases = cases;
    this.#engine = engine;
    this.#options = options;
    this.#browser = new RunningBrowser(engine, options);
    const { timeout, seed, through } = options;
    const { untrustedHost } = engineSettings[engine];
    this.#stage = startEnvironment({
      ...{ cases, untrustedHost, through },
      ...(timeout && { timeout }),
      ...(seed && { seed }),
    });
    // Every later `await` of it rethrows the error.
    this.#stage.catch(() => {});
  }

  end(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async #end(): Promise<void> {
    await this.#browser.end();
    await this.#stage.then((stage) => stage.close());
  }

  async *results(): AsyncGenerator<CaseResult> {
    const doubtful: CaseResult[] = [];
    for await (const result of this.#play(this.#cases, sideBySide)) {
      if (this.#isInDoubt(result)) {
        doubtful.push(result);
        this.#options.onProvisional?.(provisional(result, 'client'));
      } else yield result;
    }
    if (doubtful.length > 0) yield* this.#playAgain(doubtful);
  }

  readonly #isInDoubt = (result: CaseResult) =>
    doubtAbout(result, 'client') !== undefined && !this.#options.isKnown?.(result);

  /** Alone in a fresh page; if still in doubt, in a separate browser. */
  async *#playAgain(doubtful: readonly CaseResult[]): AsyncGenerator<CaseResult> {
    const attempts = new Map(doubtful.map((first) => [first.case, [first]]));
    const unsettled: Case[] = [];
    for (const cases of batchesOf(doubtful)) {
      this.#page = undefined;
      for await (const second of this.#play(cases, again)) {
        const all = attempts.get(second.case)!;
        all.push(second);
        if (isSettled(all) || !this.#isInDoubt(second)) yield lastOf(all);
        else unsettled.push(second.case);
      }
    }
    for (const testCase of unsettled) {
      this.#page = undefined;
      await this.#browser.restart();
      for await (const third of this.#play([testCase], again)) {
        yield lastOf([...attempts.get(testCase)!, third]);
      }
    }
  }

  /** Runs the cases in turn; when the browser hangs or crashes, the running cases run again, one at a time. */
  async *#play(cases: readonly Case[], round: Round): AsyncGenerator<CaseResult> {
    const waiting = new Set(cases);
    const suspects = new Set<Case>();
    let fruitless = 0;
    while (waiting.size > 0) {
      const batch = round.alone ? [...waiting] : nextBatch(waiting, suspects);
      const concurrency = round.alone ? 1 : concurrencyOf(batch, this.#engine);
      // A browser that does not start is not the fault of a case.
      this.#page ??= await this.#freshPage();
      const { agent } = this.#page;
      try {
        for await (const result of this.#runIn(
          this.#page,
          batch,
          concurrency,
          round.timeoutFactor,
        )) {
          waiting.delete(result.case);
          const wasSuspect = suspects.delete(result.case);
          yield wasSuspect ? withAttempt(result, interrupted(result.case)) : result;
        }
      } catch (error) {
        if (!(await this.#browser.isLost(error))) throw error;
        this.#page = undefined;
        await this.#browser.restart();
        const hangs = error instanceof DeadlineError;
        const begun = batch.filter((each) => waiting.has(each) && agent.resultOf(each));
        const [only] = batch.filter((each) => waiting.has(each));
        if (only && (batch.length === 1 || round.alone) && (hangs || agent.resultOf(only))) {
          waiting.delete(only);
          suspects.delete(only);
          yield hangs ? hung(only) : crashed(only);
        } else {
          for (const testCase of begun) suspects.add(testCase);
          // No case had started: once, that is bad luck.
          if (suspects.size === 0) fruitless += 1;
          if (fruitless > 1) throw error;
        }
      }
    }
  }

  async *#runIn(
    { tab, name, agent }: CasePage,
    cases: readonly Case[],
    concurrency: number,
    timeoutFactor: number,
  ): AsyncGenerator<CaseResult> {
    const { addressFor } = await this.#stage;
    const pageCases: ClientCase[] = [];
    for (const testCase of cases) {
      const query = new URLSearchParams({ id: testCase.id, agent: name });
      const url = `${addressFor(testCase)}/runCase?${query}`;
      try {
        pageCases.push(pageCaseFor(testCase, url, timeoutFactor * this.#pageTimeout(testCase)));
      } catch (error) {
        yield faulted(testCase, error);
      }
    }
    if (pageCases.length === 0) return;
    await tab.evaluate(
      (all, count) => (globalThis as unknown as PageWithCases).clientCases.start(all, count),
      pageCases,
      concurrency,
    );
    const byId = new Map(cases.map((testCase) => [testCase.id, testCase]));
    for (let more = true; more; ) {
      const batch = await tab.evaluate(() =>
        (globalThis as unknown as PageWithCases).clientCases.next(),
      );
      more = batch.more;
      // All at once: connections that are still open end while the others are judged.
      for (const { id } of batch.reports) {
        agent.clientDone(byId.get(id)!, timeoutFactor * graceBehindPage);
      }
      for (const { id, seen } of batch.reports) yield await resultOf(byId.get(id)!, seen, agent);
    }
  }

  async #freshPage(): Promise<CasePage> {
    const [tab, stage] = await Promise.all([this.#browser.freshTab(), this.#stage]);
    await tab.open(stage.page);
    await this.#options.prepare?.(tab);
    this.#pages += 1;
    const name = this.#pages === 1 ? this.#engine : `${this.#engine}-${this.#pages}`;
    return { tab, name, agent: stage.agent(name) };
  }

  #pageTimeout({ observationTimeout = 0 }: Case): number {
    return (this.#options.pageTimeout ?? pageTimeout) + observationTimeout;
  }
}
