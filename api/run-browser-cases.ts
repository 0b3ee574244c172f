/** Client cases in a real browser. */
import type { Engine, Provider } from '../browsers/find.ts';
import type { Case } from '../conformance/format/case.ts';
import type { CaseResult } from '../conformance/results/case-result.ts';

/** A browser that was started for a run. */
export interface LaunchedBrowser {
  /** The engine that was asked for. */
  readonly engine: Engine;
  /** Where the browser comes from: Playwright's builds, this machine, or a WebDriver server. */
  readonly provider: Provider;
  /** Such as `Chromium`, `Firefox`, `WebKitGTK`. */
  readonly product: string;
  /** The version, as the browser reports it. */
  readonly version: string;
}

/** How cases run in a browser. */
export interface BrowserRunOptions {
  /** How long one observation may take, in ms. Default 5000. */
  readonly timeout?: number;
  /** Determines keys and masks: the same seed sends the same bytes. Default: a fresh one. */
  readonly seed?: string;
  /** Called with each browser that is started: the first one, and those that replace it. */
  readonly onLaunch?: (browser: LaunchedBrowser) => void;
  /**
   * Whether this browser is known to give a result. Others that may be due to the machine are run
   * again before they are reported.
   */
  readonly isKnown?: (result: CaseResult) => boolean;
  /** Ends the browser and the run; the generator then ends. */
  readonly signal?: AbortSignal;
}

/**
 * Runs client cases in a browser that is started for them and closed at the end, also when the loop
 * over the results is left early. Cases for servers only are left out.
 *
 * Needs the optional packages `playwright` (Chromium, Firefox) or `selenium-webdriver` (WebKitGTK,
 * Safari, WebDriver servers), and `selfsigned`.
 * @returns the results, in the order in which they are known
 * @throws {Error} named `MissingPackages` or `MissingBrowser`, with the command that installs them
 */
export async function* runBrowserCases(
  cases: readonly Case[],
  engine: Engine,
  options: BrowserRunOptions = {},
): AsyncGenerator<CaseResult, void, void> {
  // Loaded here, so that those who test servers load nothing of it.
  const { runBrowserCases: run } = await import('../conformance/run/browser/run-browser.ts');
  yield* run(cases, engine, options);
}
