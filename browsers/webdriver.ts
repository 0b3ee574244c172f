/**
 * Sessions through W3C WebDriver: WebKitGTK and Safari of this machine, and any browser behind a
 * WebDriver URL (a grid, a cloud). Classic WebDriver has no console events, so a hook is put into
 * each page once it has loaded, and what it collected is fetched along with every answer.
 */
import { Builder, type WebDriver, error as webDriverErrors } from 'selenium-webdriver';
import { Custody } from './custody.ts';
import { DeadlineError, within } from './deadline.ts';
import type { ConsoleMessage, Json, LaunchOptions, Session, Tab } from './engine.ts';
import type { Engine, Found, Provider } from './find.ts';
import { callExpression, readOutcome } from './page-call.ts';
import { startSafariDriver, startWebKitGTK } from './webdriver-server.ts';

const closeMilliseconds = 5000;
// The driver reports a slow script itself; only when it says nothing for this long is it taken to hang.
const driverGraceMilliseconds = 2000;

type Capabilities = Record<string, Json>;

/** Starts a driver of this machine and a session in it. */
export async function launchWithWebDriver(
  found: Exclude<Found, { control: 'playwright' }>,
  options: LaunchOptions,
): Promise<Session> {
  const custody = new Custody();
  try {
    const { url, capabilities } =
      found.control === 'webkitgtk'
        ? await startWebKitGTK(found, custody, options)
        : await startSafariDriver(found, custody);
    return await openSession(found.engine, found.provider, url, capabilities, options, custody);
  } catch (error) {
    await custody.release();
    throw new Error(`${found.driver} did not start a session`, { cause: error });
  }
}

const remoteNames: Record<Engine, string> = {
  chromium: 'chrome',
  firefox: 'firefox',
  webkit: 'safari',
};

/** Opens a session on a WebDriver server that somebody else runs. */
export async function connectToRemote(
  engine: Engine,
  url: string,
  options: LaunchOptions,
): Promise<Session> {
  const given = options.webDriverCapabilities ?? capabilitiesOfEnvironment();
  const capabilities: Capabilities = { browserName: remoteNames[engine], ...given };
  try {
    return await openSession(engine, 'remote', url, capabilities, options, undefined);
  } catch (error) {
    const reason = `The WebDriver server at ${withoutPassword(url)} gave no ${engine} session`;
    throw new Error(reason, { cause: error });
  }
}

function capabilitiesOfEnvironment(): Capabilities {
  const text = process.env.FRAMEWRIGHT_WEBDRIVER_CAPABILITIES;
  if (!text) return {};
  try {
    return JSON.parse(text) as Capabilities;
  } catch (error) {
    throw new Error('FRAMEWRIGHT_WEBDRIVER_CAPABILITIES is not JSON', { cause: error });
  }
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//');
}

async function openSession(
  engine: Engine,
  provider: Provider,
  url: string,
  capabilities: Capabilities,
  options: LaunchOptions,
  custody: Custody | undefined,
): Promise<Session> {
  const timeout = options.timeout ?? 15_000;
  const wanted: Capabilities = {
    ...capabilities,
    ...(options.ignoreHTTPSErrors && { acceptInsecureCerts: true }),
    timeouts: { script: timeout, pageLoad: timeout },
  };
  const builder = new Builder()
    .disableEnvironmentOverrides()
    .usingServer(url)
    .withCapabilities(wanted);
  const driver = await within(
    options.launchTimeout ?? 60_000,
    'a new WebDriver session',
    Promise.resolve(builder.build()),
  );
  const granted = await driver.getCapabilities();
  const name = granted.getBrowserName() ?? engine;
  const product = productNames[name.toLowerCase()] ?? name;
  const version = granted.getBrowserVersion() ?? 'of unknown version';
  const window = await driver.getWindowHandle();
  return new WebDriverSession(engine, provider, product, version, driver, window, timeout, custody);
}

const productNames: Record<string, string> = {
  minibrowser: 'WebKitGTK',
  safari: 'Safari',
  chrome: 'Chrome',
  firefox: 'Firefox',
};

class WebDriverSession implements Session {
  readonly engine: Engine;
  readonly provider: Provider;
  readonly product: string;
  readonly version: string;
  readonly consoleSince = 'open';
  readonly #driver: WebDriver;
  readonly #timeout: number;
  readonly #custody: Custody | undefined;
  /** Commands go to whatever window was chosen last: one at a time, each choosing its own first. */
  #queue: Promise<unknown> = Promise.resolve();
  #chosen: string;
  /** Stays empty: closing the last window would end the session. */
  readonly #firstWindow: string;
  #closed: Promise<void> | undefined;

  constructor(
    engine: Engine,
    provider: Provider,
    product: string,
    version: string,
    driver: WebDriver,
    window: string,
    timeout: number,
    custody: Custody | undefined,
  ) {
    this.engine = engine;
    this.provider = provider;
    this.product = product;
    this.version = version;
    this.#driver = driver;
    this.#chosen = window;
    this.#firstWindow = window;
    this.#timeout = timeout;
    this.#custody = custody;
  }

  async newTab(): Promise<Tab> {
    // A window each: what is hidden behind another tab gets its timers slowed down.
    const window = await this.#command('a new tab', this.#firstWindow, async (driver) => {
      await driver.switchTo().newWindow('window');
      return driver.getWindowHandle();
    });
    this.#chosen = window;
    return new WebDriverTab((what, command) => this.#command(what, window, command));
  }

  async #command<T>(
    what: string,
    window: string,
    command: (driver: WebDriver) => Promise<T>,
  ): Promise<T> {
    const turn = this.#queue.then(async () => {
      if (this.#chosen !== window) {
        await this.#driver.switchTo().window(window);
        this.#chosen = window;
      }
      try {
        return await command(this.#driver);
      } catch (error) {
        const { ScriptTimeoutError, TimeoutError } = webDriverErrors;
        if (error instanceof ScriptTimeoutError || error instanceof TimeoutError) {
          throw new DeadlineError(what, this.#timeout);
        }
        throw error;
      }
    });
    const outcome = within(this.#timeout + driverGraceMilliseconds, what, turn);
    this.#queue = outcome.catch(() => {});
    return outcome;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    try {
      await within(closeMilliseconds, `closing ${this.product}`, this.#driver.quit());
    } catch {
      // It hangs or has crashed; what is ours is ended either way.
    }
    await this.#custody?.release();
  }
}

type Run = <T>(what: string, command: (driver: WebDriver) => Promise<T>) => Promise<T>;

class WebDriverTab implements Tab {
  readonly #run: Run;
  readonly #messages: ConsoleMessage[] = [];

  constructor(run: Run) {
    this.#run = run;
  }

  async open(url: string): Promise<void> {
    await this.#run(`opening ${url}`, (driver) => driver.get(url));
    await this.evaluate(() => undefined);
  }

  async reload(): Promise<void> {
    await this.#run('reload', (driver) => driver.navigate().refresh());
    await this.evaluate(() => undefined);
  }

  async evaluate<Arguments extends readonly Json[], Result>(
    fn: (...args: Arguments) => Result,
    ...args: Arguments
  ): Promise<Awaited<Result>> {
    const script = `
      (${hookConsole.toString()})();
      const answer = arguments[arguments.length - 1];
      ${callExpression(fn, args)}.then((outcome) => answer([outcome, __framewrightConsole.splice(0)]));`;
    const [outcome, messages] = await this.#run('evaluate', (driver) =>
      driver.executeAsyncScript<[string, ConsoleMessage[]]>(script),
    );
    this.#messages.push(...messages);
    return readOutcome(outcome) as Awaited<Result>;
  }

  async consoleMessages(): Promise<readonly ConsoleMessage[]> {
    await this.evaluate(() => undefined);
    return [...this.#messages];
  }

  async screenshot(): Promise<Uint8Array> {
    return Buffer.from(
      await this.#run('screenshot', (driver) => driver.takeScreenshot()),
      'base64',
    );
  }

  async close(): Promise<void> {
    await this.#run('closing a tab', async (driver) => {
      await driver.manage().deleteAllCookies();
      await driver.close();
    });
  }
}

declare global {
  var __framewrightConsole: ConsoleMessage[] | undefined;
}

/** Runs in the page, any number of times. */
function hookConsole(): void {
  if (globalThis.__framewrightConsole) return;
  const messages: ConsoleMessage[] = [];
  globalThis.__framewrightConsole = messages;
  for (const kind of ['log', 'debug', 'info', 'warn', 'error'] as const) {
    const original = console[kind];
    console[kind] = (...args: unknown[]) => {
      messages.push({ kind, text: args.map(String).join(' ') });
      original.apply(console, args);
    };
  }
  addEventListener('error', (event) => messages.push({ kind: 'uncaught', text: event.message }));
  addEventListener('unhandledrejection', (event) =>
    messages.push({ kind: 'uncaught', text: String(event.reason) }),
  );
}
