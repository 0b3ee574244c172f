/** The provider-independent interface of a browser: a session and its tabs. */
import type { Engine, Provider } from './find.ts';

export type Json = null | boolean | number | string | readonly Json[] | { [key: string]: Json };

export interface ConsoleMessage {
  /** `uncaught` is an exception or rejection without a handler. */
  readonly kind: 'log' | 'debug' | 'info' | 'warn' | 'error' | 'uncaught';
  /** Arguments joined by a space. The format of objects differs by engine; strings do not. */
  readonly text: string;
}

export interface LaunchOptions {
  /** Without a window. Default true; WebKitGTK then gets a separate virtual display. */
  readonly headless?: boolean;
  /** Accept any certificate, for https and for wss. Default false. */
  readonly ignoreHTTPSErrors?: boolean;
  /** Limit of any single command, in ms: a navigation, an evaluate, a screenshot. Default 15,000. */
  readonly timeout?: number;
  /** Limit of the browser's start, in ms. Default 60,000: a slow Firefox has taken 12 s. */
  readonly launchTimeout?: number;
  readonly chromiumArgs?: readonly string[];
  readonly firefoxUserPrefs?: Readonly<Record<string, string | number | boolean>>;
  /** Require one provider. Default: remote if a URL is given, else Playwright's, else the system's. */
  readonly provider?: Provider;
  /** A WebDriver server to use instead of a local browser. Default FRAMEWRIGHT_WEBDRIVER_URL. */
  readonly webDriverUrl?: string;
  /** W3C capabilities for that server. Default: the JSON in FRAMEWRIGHT_WEBDRIVER_CAPABILITIES. */
  readonly webDriverCapabilities?: Readonly<Record<string, Json>>;
}

export interface Session {
  readonly engine: Engine;
  readonly provider: Provider;
  /** What actually runs: `Chromium`, `Firefox`, `WebKitGTK` (which is not Safari), `Safari`. */
  readonly product: string;
  readonly version: string;
  /**
   * The point from which `tab.consoleMessages()` is complete. `start`: the first script of the page.
   * `open`: when `open()` or `reload()` returned, as WebDriver has no console events and cannot run a
   * script before those of the page; messages during the load are missed.
   */
  readonly consoleSince: 'start' | 'open';
  /** A blank tab. Tabs share no cookies, except with WebDriver, where closing a tab clears its own. */
  newTab(): Promise<Tab>;
  /** A tab without access to its frames and messages; in Chromium it is faster. */
  newUnwatchedTab(): Promise<UnwatchedTab>;
  /** Ends the browser and everything it started, by force if needed. Never rejects, may be repeated. */
  close(): Promise<void>;
}

export interface Tab {
  /** Resolves at the page's load event. Rejects with `DeadlineError` or the engine's own message. */
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
  /** All messages since the tab was created, oldest first; see `Session.consoleSince`. */
  consoleMessages(): Promise<readonly ConsoleMessage[]>;
  /** A PNG of the visible part. */
  screenshot(): Promise<Uint8Array>;
  close(): Promise<void>;
}

export type UnwatchedTab = Pick<Tab, 'open' | 'evaluate' | 'close'>;
