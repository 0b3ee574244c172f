/**
 * A Chromium tab that Playwright does not observe. Playwright listens to each of its tabs, so that
 * Chromium copies every WebSocket frame to it as JSON: hundreds of short conversations take half as
 * long again, and 64 MiB take seconds. This tab is in a browser context that Playwright did not
 * create and ignores; commands to it go through Playwright's CDP session of the browser.
 */
import type { Browser, CDPSession } from 'playwright';
import { within } from './deadline.ts';
import { callExpression, readOutcome } from './page-call.ts';
import type { Json, UnwatchedTab } from './session.ts';

type Result = Readonly<Record<string, unknown>>;

interface Pending {
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
}

/** A message from Chromium: the answer to a command, or an event. */
interface Message {
  readonly id?: number;
  readonly error?: { readonly message: string };
  readonly result?: Result;
  readonly method?: string;
  readonly params?: Result;
}

interface Options {
  /** Limit of any single command, in ms. */
  readonly timeout: number;
  readonly ignoreHTTPSErrors: boolean;
}

export async function openUnwatchedTab(browser: Browser, options: Options): Promise<UnwatchedTab> {
  const cdp = await browser.newBrowserCDPSession();
  const { browserContextId } = await cdp.send('Target.createBrowserContext');
  const { targetId } = await cdp.send('Target.createTarget', {
    url: 'about:blank',
    browserContextId,
  });
  // Not flattened: Playwright forwards only the messages of sessions that it opened.
  const { sessionId } = await cdp.send('Target.attachToTarget', { targetId, flatten: false });
  const tab = new UnwatchedChromiumTab(cdp, sessionId, browserContextId, options.timeout);
  await tab.prepare(options.ignoreHTTPSErrors);
  return tab;
}

class UnwatchedChromiumTab implements UnwatchedTab {
  readonly #cdp: CDPSession;
  readonly #sessionId: string;
  readonly #browserContextId: string;
  readonly #timeout: number;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  /** Documents that have had their load event, by their loader ids. */
  readonly #loaded = new Set<unknown>();
  #whenLoaded = () => {};

  constructor(cdp: CDPSession, sessionId: string, browserContextId: string, timeout: number) {
    this.#cdp = cdp;
    this.#sessionId = sessionId;
    this.#browserContextId = browserContextId;
    this.#timeout = timeout;
    cdp.on('Target.receivedMessageFromTarget', (event) => {
      if (event.sessionId === sessionId) this.#take(JSON.parse(event.message));
    });
    cdp.on('Target.detachedFromTarget', (event) => {
      if (event.sessionId === sessionId) this.#end();
    });
  }

  async prepare(ignoreHTTPSErrors: boolean): Promise<void> {
    await Promise.all([
      this.#command('Security.setIgnoreCertificateErrors', { ignore: ignoreHTTPSErrors }),
      this.#command('Page.enable'),
      this.#command('Page.setLifecycleEventsEnabled', { enabled: true }),
    ]);
  }

  async open(url: string): Promise<void> {
    await within(this.#timeout, `opening ${url}`, this.#open(url));
  }

  async #open(url: string): Promise<void> {
    const { errorText, loaderId } = await this.#command('Page.navigate', { url });
    if (errorText) throw new Error(`${url} could not be loaded: ${errorText}`);
    while (!this.#loaded.has(loaderId)) {
      await new Promise<void>((resolve) => {
        this.#whenLoaded = resolve;
      });
    }
  }

  async evaluate<Arguments extends readonly Json[], Value>(
    fn: (...args: Arguments) => Value,
    ...args: Arguments
  ): Promise<Awaited<Value>> {
    const evaluated = this.#command('Runtime.evaluate', {
      expression: callExpression(fn, args),
      awaitPromise: true,
      returnByValue: true,
    });
    const { result } = await within(this.#timeout, 'evaluate', evaluated);
    return readOutcome((result as { value: string }).value) as Awaited<Value>;
  }

  async close(): Promise<void> {
    const browserContextId = this.#browserContextId;
    const disposed = this.#cdp.send('Target.disposeBrowserContext', { browserContextId });
    await within(this.#timeout, 'closing a tab', disposed);
    await this.#cdp.detach();
  }

  /** @throws with Chromium's message, or when the tab is closed */
  #command(method: string, params: Readonly<Record<string, Json>> = {}): Promise<Result> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      const message = JSON.stringify({ id, method, params });
      this.#cdp
        .send('Target.sendMessageToTarget', { sessionId: this.#sessionId, message })
        .catch(reject);
    });
  }

  #take({ id, error, result, method, params }: Message): void {
    if (method === 'Page.lifecycleEvent' && params?.name === 'load') {
      this.#loaded.add(params.loaderId);
      this.#whenLoaded();
    }
    const pending = id === undefined ? undefined : this.#pending.get(id);
    if (id === undefined || !pending) return;
    this.#pending.delete(id);
    if (error) pending.reject(new Error(`Chromium: ${error.message}`));
    else pending.resolve(result ?? {});
  }

  #end(): void {
    for (const { reject } of this.#pending.values()) reject(new Error('the tab is closed'));
    this.#pending.clear();
  }
}
