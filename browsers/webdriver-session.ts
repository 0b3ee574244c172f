/**
 * A session and its tabs over W3C WebDriver. Classic WebDriver has no console events, so a hook is
 * installed in each loaded page, and collected messages are fetched with every answer.
 */
import { Key, type WebDriver, error as webDriverErrors } from 'selenium-webdriver';
import type { ProcessScope } from '../processes/process-scope.ts';
import { DeadlineError, within } from './deadline.ts';
import type { Engine, Provider } from './find.ts';
import { hookConsole, whenLoaded } from './in-page.ts';
import { callExpression, readOutcome } from './page-call.ts';
import type { ConsoleMessage, Json, Session, Tab, UnwatchedTab } from './session.ts';

const closeMilliseconds = 5000;
// The driver reports slow scripts; it counts as hanging only when it is silent for this long.
const driverGraceMilliseconds = 2000;

export class WebDriverSession implements Session {
  readonly engine: Engine;
  readonly provider: Provider;
  readonly product: string;
  readonly version: string;
  readonly consoleSince = 'open';
  readonly #driver: WebDriver;
  readonly #timeout: number;
  readonly #processScope: ProcessScope | undefined;
  /** Commands go to the current window, so they run one at a time, each selecting its own first. */
  #queue: Promise<unknown> = Promise.resolve();
  #chosen: string;
  /** Stays empty: closing the last window would end the session. */
  readonly #firstWindow: string;
  #closed: Promise<void> | undefined;

  constructor(
    identity: Pick<Session, 'engine' | 'provider' | 'product' | 'version'>,
    driver: WebDriver,
    firstWindow: string,
    timeout: number,
    processScope: ProcessScope | undefined,
  ) {
    this.engine = identity.engine;
    this.provider = identity.provider;
    this.product = identity.product;
    this.version = identity.version;
    this.#driver = driver;
    this.#chosen = firstWindow;
    this.#firstWindow = firstWindow;
    this.#timeout = timeout;
    this.#processScope = processScope;
  }

  async newTab(): Promise<Tab> {
    // A separate window each: a tab hidden by another one gets its timers throttled.
    const window = await this.#command('a new tab', this.#firstWindow, async (driver) => {
      await driver.switchTo().newWindow('window');
      this.#chosen = await driver.getWindowHandle();
      return this.#chosen;
    });
    return new WebDriverTab((what, command) => this.#command(what, window, command));
  }

  newUnwatchedTab(): Promise<UnwatchedTab> {
    return this.newTab();
  }

  #command<T>(what: string, window: string, command: Command<T>): Promise<T> {
    const outcome = this.#queue.then(() =>
      within(this.#timeout + driverGraceMilliseconds, what, this.#send(what, window, command)),
    );
    this.#queue = outcome.catch(() => {});
    return outcome;
  }

  async #send<T>(what: string, window: string, command: Command<T>): Promise<T> {
    try {
      if (this.#chosen !== window) await this.#driver.switchTo().window(window);
      this.#chosen = window;
      return await command(this.#driver);
    } catch (error) {
      const { ScriptTimeoutError, TimeoutError } = webDriverErrors;
      const late = error instanceof ScriptTimeoutError || error instanceof TimeoutError;
      throw late ? new DeadlineError(what, this.#timeout) : error;
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    try {
      await within(closeMilliseconds, `closing ${this.product}`, this.#driver.quit());
    } catch {
      // It hangs or has crashed; our processes are ended in any case.
    }
    await this.#processScope?.release();
  }
}

type Command<T> = (driver: WebDriver) => Promise<T>;
type Run = <T>(what: string, command: Command<T>) => Promise<T>;

class WebDriverTab implements Tab {
  readonly #run: Run;
  readonly #messages: ConsoleMessage[] = [];

  constructor(run: Run) {
    this.#run = run;
  }

  async open(url: string): Promise<void> {
    await this.#run(`opening ${url}`, (driver) => driver.get(url));
    // WebKitGTK's driver shows a blank page for an address that cannot be loaded.
    const shown = await this.evaluate(whenLoaded);
    if (shown === 'about:blank' && shown !== url) throw new Error(`${url} could not be loaded`);
  }

  async reload(): Promise<void> {
    await this.#run('reload', (driver) => driver.navigate().refresh());
    await this.evaluate(whenLoaded);
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

  async press(key: string): Promise<void> {
    await this.#run(`pressing ${key}`, (driver) =>
      driver.actions().sendKeys(codePoint(key)).perform(),
    );
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

/** WebDriver uses a private-use character for every key that types no character. */
function codePoint(key: string): string {
  const name = key.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase();
  return (Key as unknown as Readonly<Record<string, string>>)[name] ?? key;
}
