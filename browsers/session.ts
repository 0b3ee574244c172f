/** What one gets of any browser, whichever provider serves it: a session, and its tabs. */
import type { Engine, Provider } from './find.ts';

export type Json = null | boolean | number | string | readonly Json[] | { [key: string]: Json };

export interface ConsoleMessage {
  /** `uncaught` is an exception or a rejection that nobody caught. */
  readonly kind: 'log' | 'debug' | 'info' | 'warn' | 'error' | 'uncaught';
  /** Arguments joined by a space. How an object is written differs by engine; strings do not. */
  readonly text: string;
}

export interface LaunchOptions {
  /** Without a window. Default true; WebKitGTK then gets a virtual display of its own. */
  readonly headless?: boolean;
  /** Take any certificate, for https and for wss. Default false. */
  readonly ignoreHTTPSErrors?: boolean;
  /** Milliseconds any single command may take: a navigation, an evaluate, a screenshot. Default 15,000. */
  readonly timeout?: number;
  /** Milliseconds until the browser must be up. Default 60,000: Firefox takes 12 s on a bad day. */
  readonly launchTimeout?: number;
  readonly chromiumArgs?: readonly string[];
  readonly firefoxUserPrefs?: Readonly<Record<string, string | number | boolean>>;
  /** Insist on one provider. Default: remote where a URL is given, else Playwright's, else the system's. */
  readonly provider?: Provider;
  /** A WebDriver server to use instead of a browser of this machine. Default FRAMEWRIGHT_WEBDRIVER_URL. */
  readonly webDriverUrl?: string;
  /** W3C capabilities for that server. Default: the JSON in FRAMEWRIGHT_WEBDRIVER_CAPABILITIES. */
  readonly webDriverCapabilities?: Readonly<Record<string, Json>>;
}

export interface Session {
  readonly engine: Engine;
  readonly provider: Provider;
  /** What really runs, for people: `Chromium`, `Firefox`, `WebKitGTK` (which is not Safari), `Safari`. */
  readonly product: string;
  readonly version: string;
  /**
   * From when on `tab.consoleMessages()` is complete. `start`: from the first script of the page.
   * `open`: from the moment `open()` or `reload()` returned, as WebDriver has no console events and
   * no way to run a script before those of the page; what a page says while it loads is not seen.
   */
  readonly consoleSince: 'start' | 'open';
  /** A blank tab. Tabs share no cookies, except through WebDriver, where closing a tab clears its own. */
  newTab(): Promise<Tab>;
  /** The same for a page whose frames and messages nobody asks for; Chromium is faster so. */
  newUnwatchedTab(): Promise<UnwatchedTab>;
  /** Ends the browser and all it started; kills what does not go by itself. Never rejects, may be repeated. */
  close(): Promise<void>;
}

export interface Tab {
  /** Resolves at the page's load event. Rejects with `DeadlineError` or the engine's own words. */
  open(url: string): Promise<void>;
  reload(): Promise<void>;
  /**
   * Calls a self-contained function in the page: arguments and result travel as JSON, a promise is
   * awaited. Rejects with `PageError` when the function throws, `DeadlineError` when it takes too long.
   */
  evaluate<Arguments extends readonly Json[], Result>(
    fn: (...args: Arguments) => Result,
    ...args: Arguments
  ): Promise<Awaited<Result>>;
  /** A key of a real keyboard, by its name in `KeyboardEvent.key`: `Enter`, `ArrowDown`, `/`. */
  press(key: string): Promise<void>;
  /** All messages since the tab is there, oldest first; see `Session.consoleSince`. */
  consoleMessages(): Promise<readonly ConsoleMessage[]>;
  /** PNG of the visible part. */
  screenshot(): Promise<Uint8Array>;
  close(): Promise<void>;
}

export type UnwatchedTab = Pick<Tab, 'open' | 'evaluate' | 'close'>;
