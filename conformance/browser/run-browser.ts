/**
 * Runs client cases in a real browser: one page works through all of them, and each case's verdict
 * stands on the wire and on what the page saw, joined by the case. A browser that hangs or crashes
 * is started anew; the case that made it gets its verdict, the others go on.
 */
import { DeadlineError } from '../../browsers/deadline.ts';
import type { Engine } from '../../browsers/find.ts';
import { launch } from '../../browsers/launch.ts';
import type { Json, Session, UnwatchedTab } from '../../browsers/session.ts';
import type { Case } from '../case.ts';
import type { Seed } from '../play/seed.ts';
import type { CaseResult } from '../run/case-result.ts';
import { faulted, unjudged } from '../run/unjudged.ts';
import type { ScriptEntry, ScriptEvent } from '../wire/timeline.ts';
import { engineSettings, launchOptions } from './engine-settings.ts';
import { groupOf, inOrder } from './groups.ts';
import { orderFor } from './order.ts';
import { type Stage, setStage } from './stage.ts';

export interface BrowserRunOptions {
  /** How long one observation may take, in ms. Default 5000. */
  readonly timeout?: number;
  readonly seed?: Seed;
  /** Told of each browser that is started: the first, and one after each that hung or crashed. */
  readonly onLaunch?: (session: Session) => void;
  /** How long one call into the page may take before the browser counts as hung, in ms. */
  readonly patience?: number;
  /** How long a page waits for the end of a case, in ms. */
  readonly patienceOfPage?: number;
  /** A browser that is up already and stays so. Default: one is started, and ended. */
  readonly session?: Session;
  /** Does something to the page before its first case. */
  readonly prepare?: (tab: UnwatchedTab) => Promise<void>;
  /** How the browser reaches a host of cases where something stands between. */
  readonly through?: (url: string) => Promise<string>;
  /** Ends the browser and the run. */
  readonly signal?: AbortSignal;
}

/** @returns results in the order in which they are done; cases for servers only are left out */
export async function* runBrowserCases(
  cases: readonly Case[],
  engine: Engine,
  options: BrowserRunOptions = {},
): AsyncGenerator<CaseResult> {
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

/** How long a page waits for its close event, in ms; Firefox gives a closing handshake up at 22 s. */
const patienceOfPage = 15_000;

/** How long one call into the page may take, in ms; a message of 16 MiB blocks a slow machine's page. */
const patienceOfDriver = 30_000;

/** How long a browser has to end what its page has seen the end of, in ms. */
const graceBehindPage = 2000;

/** Suspects of a hang one at a time, and behind all others those that are played alone. */
function nextBatch(waiting: ReadonlySet<Case>, suspects: ReadonlySet<Case>): readonly Case[] {
  const [suspect] = suspects;
  if (suspect) return [suspect];
  const others = [...waiting].filter((testCase) => groupOf(testCase) !== 'alone');
  return others.length > 0 ? inOrder(others) : [...waiting];
}

/** Those that only wait do so in lanes of their own. */
function lanesFor(batch: readonly Case[], engine: Engine): number {
  if (groupOf(batch[0]!) === 'alone') return 1;
  const waiters = batch.filter((testCase) => groupOf(testCase) === 'timers').length;
  return engineSettings[engine].lanes + waiters;
}

/** What an event looked like to the page, as it comes through the driver. */
type Seen = Readonly<Record<string, Json>>;

/** The page's side: page/client-cases/client-cases.js. */
interface PageWithCases {
  readonly clientCases: {
    start(cases: Json, lanes: number): void;
    next(): Promise<{ reports: readonly { id: string; seen: readonly Seen[] }[]; more: boolean }>;
  };
}

class BrowserRun {
  readonly #cases: readonly Case[];
  readonly #engine: Engine;
  readonly #options: BrowserRunOptions;
  /** Set while the browser starts. */
  readonly #stage: Promise<Stage>;
  #tab: UnwatchedTab | undefined;
  #session: Session | undefined;
  #ended: Promise<void> | undefined;

  constructor(cases: readonly Case[], engine: Engine, options: BrowserRunOptions) {
    this.#cases = cases;
    this.#engine = engine;
    this.#options = options;
    const { timeout, seed, through } = options;
    const { untrustedHost } = engineSettings[engine];
    this.#stage = setStage({
      ...{ cases, agent: engine, untrustedHost, through },
      ...(timeout && { timeout }),
      ...(seed && { seed }),
    });
    // Whoever needs it is told.
    this.#stage.catch(() => {});
  }

  end(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async #end(): Promise<void> {
    if (this.#options.session) await this.#tab?.close();
    await this.#session?.close();
    await this.#stage.then((stage) => stage.close());
  }

  /** Case after case; when the browser hangs or crashes, what was under way goes again, one at a time. */
  async *results(): AsyncGenerator<CaseResult> {
    const waiting = new Set(this.#cases);
    const suspects = new Set<Case>();
    let tab: UnwatchedTab | undefined;
    let fruitless = 0;
    while (waiting.size > 0) {
      const batch = nextBatch(waiting, suspects);
      // A browser that does not come up is no case's doing.
      tab ??= await this.#freshTab();
      try {
        for await (const result of this.#runIn(tab, batch, lanesFor(batch, this.#engine))) {
          waiting.delete(result.case);
          suspects.delete(result.case);
          yield result;
        }
      } catch (error) {
        if (!(await this.#isLost(error))) throw error;
        tab = undefined;
        const { agent } = await this.#stage;
        const [only, ...more] = batch;
        const hangs = error instanceof DeadlineError;
        if (only && more.length === 0 && (hangs || agent.resultOf(only))) {
          waiting.delete(only);
          suspects.delete(only);
          yield await this.#judged(only, hangs ? hung : crashed);
        } else {
          for (const testCase of waiting) {
            if (agent.resultOf(testCase)) suspects.add(testCase);
          }
          // No case had begun: once that is bad luck.
          if (suspects.size === 0) fruitless += 1;
          if (fruitless > 1) throw error;
        }
      }
    }
  }

  /** Whether the browser hangs, or is no longer there. */
  async #isLost(error: unknown): Promise<boolean> {
    if (error instanceof DeadlineError) return true;
    if (this.#ended || !this.#session) return false;
    return this.#session.newUnwatchedTab().then(
      () => false,
      () => true,
    );
  }

  async *#runIn(
    tab: UnwatchedTab,
    cases: readonly Case[],
    lanes: number,
  ): AsyncGenerator<CaseResult> {
    const { addressFor, agent } = await this.#stage;
    const orders: Json[] = [];
    for (const testCase of cases) {
      try {
        orders.push(this.#orderFor(testCase, addressFor(testCase)));
      } catch (error) {
        yield faulted(testCase, error);
      }
    }
    if (orders.length === 0) return;
    await tab.evaluate(
      (all, count) => (globalThis as unknown as PageWithCases).clientCases.start(all, count),
      orders,
      lanes,
    );
    const byId = new Map(cases.map((testCase) => [testCase.id, testCase]));
    for (let more = true; more; ) {
      const batch = await tab.evaluate(() =>
        (globalThis as unknown as PageWithCases).clientCases.next(),
      );
      more = batch.more;
      // All at once: whatever is still open ends by itself while the others are judged.
      for (const { id } of batch.reports) agent.letGo(byId.get(id)!, graceBehindPage);
      for (const { id, seen } of batch.reports) yield await this.#judged(byId.get(id)!, seen);
    }
  }

  async #freshTab(): Promise<UnwatchedTab> {
    await this.#session?.close();
    if (this.#ended) throw new Error('the run is over');
    const [session, { page }] = await Promise.all([
      this.#options.session ?? this.#launch(),
      this.#stage,
    ]);
    this.#tab = await session.newUnwatchedTab();
    await this.#tab.open(page);
    await this.#options.prepare?.(this.#tab);
    return this.#tab;
  }

  async #launch(): Promise<Session> {
    const { patience = patienceOfDriver } = this.#options;
    const settings = { timeout: patience, ...launchOptions(this.#engine) };
    this.#session = await launch(this.#engine, settings);
    this.#options.onLaunch?.(this.#session);
    if (this.#ended) await this.#session.close();
    return this.#session;
  }

  #orderFor(testCase: Case, address: string): Json {
    const { id, patience = 0 } = testCase;
    const url = `${address}/runCase?${new URLSearchParams({ id, agent: this.#engine })}`;
    return orderFor(testCase, url, (this.#options.patienceOfPage ?? patienceOfPage) + patience);
  }

  /** The host's own judgement saw the wire alone; this one sees the page as well. */
  async #judged(testCase: Case, seen: readonly Seen[]): Promise<CaseResult> {
    const missing = seen
      .map(({ value }) => missingIn(value))
      .find((reason) => reason !== undefined);
    if (missing !== undefined) return unjudged(testCase, 'skip', missing);
    const { agent } = await this.#stage;
    try {
      const result = await agent.resultSeenBy(testCase, seen.map(scriptEntry));
      return result ?? neverAsked(testCase, seen);
    } catch (error) {
      return faulted(testCase, error);
    }
  }
}

/** A function of the page says so where the browser has not what the case is about. */
function missingIn(value: Json | undefined): string | undefined {
  if (typeof value !== 'object' || value === null || !('missing' in value)) return undefined;
  return String(value.missing);
}

/** Nothing says whether the browser or the page is to blame. */
function neverAsked(testCase: Case, seen: readonly Seen[]): CaseResult {
  const said = seen.map(({ type, value }) => (value === undefined ? type : `${type} ${value}`));
  const observed = `the browser asked for no connection; its page saw ${said.join(', ') || 'nothing'}`;
  return unjudged(testCase, 'error', observed);
}

const hung: readonly Seen[] = [{ type: 'value', name: 'browser', value: 'does not answer' }];
const crashed: readonly Seen[] = [{ type: 'value', name: 'browser', value: 'is gone' }];

function scriptEntry({ at, data, ...event }: Seen): ScriptEntry {
  const bytes = typeof data === 'string' ? { data: Buffer.from(data, 'base64') } : {};
  return { kind: 'script', at: Number(at ?? 0), event: { ...event, ...bytes } as ScriptEvent };
}
