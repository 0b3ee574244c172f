/**
 * Sessions through Playwright: its own builds of all three engines, the system's Chromium (CDP) and
 * the system's Firefox (WebDriver BiDi, channel moz-firefox).
 */
import type {
  Browser,
  BrowserServer,
  Page,
  ConsoleMessage as PlaywrightConsoleMessage,
} from 'playwright';
import { ProcessScopeWithFolder } from '../processes/process-scope.ts';
import { chromiumSwitches } from './chromium-switches.ts';
import { within } from './deadline.ts';
import type { Found } from './find.ts';
import { callExpression, readOutcome } from './page-call.ts';
import { playwright } from './playwright-library.ts';
import type { ConsoleMessage, Json, LaunchOptions, Session, Tab, UnwatchedTab } from './session.ts';
import { openUnwatchedTab } from './unwatched-chromium-tab.ts';

const closeMilliseconds = 5000;
/** Default limit for the start of a browser, in ms. */
const longestLaunch = 60_000;

type Launchable = Extract<Found, { control: 'playwright' }>;

export async function launchWithPlaywright(
  found: Launchable,
  options: LaunchOptions,
): Promise<Session> {
  const processScope = new ProcessScopeWithFolder();
  const { launchTimeout = longestLaunch } = options;
  try {
    // Playwright's own deadline does not apply to a Firefox without a writable home.
    const what = `the start of ${found.engine}`;
    const { server, browser } = await within(
      launchTimeout,
      what,
      start(found, options, processScope),
    );
    return new PlaywrightSession(found, browser, server, processScope, options);
  } catch (error) {
    await processScope.release();
    throw new Error(`${found.executable} did not start${reasonOf(error)}`, { cause: error });
  }
}

async function start(
  found: Launchable,
  options: LaunchOptions,
  processScope: ProcessScopeWithFolder,
) {
  // A browser server, as it is the public way to get the pid of what Playwright starts.
  const server = await startServer(found, options, processScope);
  const browser = await playwright()[found.engine].connect(server.wsEndpoint());
  return { server, browser };
}

/** The first line of Playwright's message, with an explanation if the cause is known. */
function reasonOf(error: unknown): string {
  const [line] = String((error as Error).message).split('\n');
  // Seen with Firefox ESR 140; 153 works.
  const tooOld = line?.includes('unknown command')
    ? ': it is too old for Playwright; update it'
    : '';
  return `${tooOld} (${line})`;
}

async function startServer(
  found: Launchable,
  options: LaunchOptions,
  processScope: ProcessScopeWithFolder,
): Promise<BrowserServer> {
  const type = playwright()[found.engine];
  const ofSystem = found.provider === 'system';
  const server = await type.launchServer({
    headless: options.headless ?? true,
    timeout: options.launchTimeout ?? longestLaunch,
    env: processScope.environment,
    artifactsDir: processScope.directory,
    ...(ofSystem && { executablePath: found.executable }),
    ...(ofSystem && found.engine === 'firefox' && { channel: 'moz-firefox' }),
    // Playwright's full Chromium, not its headless shell: the network stack people use.
    ...(!ofSystem && found.engine === 'chromium' && { channel: 'chromium' }),
    ...(found.engine === 'chromium' && {
      args: [...chromiumSwitches, ...(options.chromiumArgs ?? [])],
    }),
    ...(options.firefoxUserPrefs && { firefoxUserPrefs: { ...options.firefoxUserPrefs } }),
    // The reaper does this, even when no handler can run.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  const { pid, spawnargs } = server.process();
  if (pid !== undefined) processScope.adopt(pid);
  const profile = spawnargs.join('\n').match(/[^=\n]*playwright_\w+dev_profile-\w+/)?.[0];
  if (profile) processScope.adoptFolder(profile);
  return server;
}

class PlaywrightSession implements Session {
  readonly engine;
  readonly provider;
  readonly product: string;
  readonly version: string;
  readonly consoleSince = 'start';
  readonly #browser: Browser;
  readonly #server: BrowserServer;
  readonly #processScope: ProcessScopeWithFolder;
  readonly #options: LaunchOptions;
  #closed: Promise<void> | undefined;

  constructor(
    found: Launchable,
    browser: Browser,
    server: BrowserServer,
    processScope: ProcessScopeWithFolder,
    options: LaunchOptions,
  ) {
    this.engine = found.engine;
    this.provider = found.provider;
    this.product = { chromium: 'Chromium', firefox: 'Firefox', webkit: "Playwright's WebKit" }[
      found.engine
    ];
    this.version = browser.version();
    this.#browser = browser;
    this.#server = server;
    this.#processScope = processScope;
    this.#options = options;
  }

  async newTab(): Promise<Tab> {
    const timeout = this.#options.timeout ?? 15_000;
    const ignoreHTTPSErrors = this.#options.ignoreHTTPSErrors ?? false;
    return within(
      timeout,
      `a new tab in ${this.product}`,
      this.#newTab(timeout, ignoreHTTPSErrors),
    );
  }

  async #newTab(timeout: number, ignoreHTTPSErrors: boolean): Promise<Tab> {
    const context = await this.#browser.newContext({ ignoreHTTPSErrors });
    return new PlaywrightTab(await context.newPage(), timeout);
  }

  async newUnwatchedTab(): Promise<UnwatchedTab> {
    if (this.engine !== 'chromium') return this.newTab();
    const { timeout = 15_000, ignoreHTTPSErrors = false } = this.#options;
    const opened = openUnwatchedTab(this.#browser, { timeout, ignoreHTTPSErrors });
    return within(timeout, `a new tab in ${this.product}`, opened);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    try {
      // On close, Firefox takes half a second to save a profile that is then removed.
      await within(closeMilliseconds, `closing ${this.product}`, this.#server.kill());
    } catch {
      // It has crashed; the process scope ends what is left of it in any case.
    }
    await this.#processScope.release();
  }
}

class PlaywrightTab implements Tab {
  readonly #page: Page;
  readonly #timeout: number;
  readonly #messages: ConsoleMessage[] = [];

  constructor(page: Page, timeout: number) {
    this.#page = page;
    this.#timeout = timeout;
    page.on('console', (message) => this.#messages.push(translate(message)));
    page.on('pageerror', (error) => this.#messages.push({ kind: 'uncaught', text: String(error) }));
  }

  async open(url: string): Promise<void> {
    await this.#page.goto(url, { timeout: this.#timeout });
  }

  async reload(): Promise<void> {
    await this.#page.reload({ timeout: this.#timeout });
  }

  async evaluate<Arguments extends readonly Json[], Result>(
    fn: (...args: Arguments) => Result,
    ...args: Arguments
  ): Promise<Awaited<Result>> {
    const outcome = this.#page.evaluate<string>(callExpression(fn, args));
    return readOutcome(await within(this.#timeout, 'evaluate', outcome)) as Awaited<Result>;
  }

  async press(key: string): Promise<void> {
    await within(this.#timeout, `pressing ${key}`, this.#page.keyboard.press(key));
  }

  async consoleMessages(): Promise<readonly ConsoleMessage[]> {
    return [...this.#messages];
  }

  async screenshot(): Promise<Uint8Array> {
    return within(this.#timeout, 'screenshot', this.#page.screenshot());
  }

  async close(): Promise<void> {
    await within(this.#timeout, 'closing a tab', this.#page.context().close());
  }
}

function translate(message: PlaywrightConsoleMessage): ConsoleMessage {
  const type = message.type();
  const text = message.text();
  if (type === 'warning') return { kind: 'warn', text };
  if (type === 'assert') return { kind: 'error', text };
  if (type === 'debug' || type === 'info' || type === 'error') return { kind: type, text };
  return { kind: 'log', text };
}
