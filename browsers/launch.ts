/**
 * The single entry point to real browsers: `launch(engine)` gives a session, a session gives tabs.
 * Callers need not know which provider serves the engine, but may read its name.
 *
 *     const session = await launch('webkit');
 *     const tab = await session.newTab();
 *     await tab.open('http://127.0.0.1:3201/');
 *     const title = await tab.evaluate(() => document.title);
 *     await session.close();
 */
import { type Engine, find, MissingBrowser, packageFor } from './find.ts';
import { type OptionalPackage, requirePackages } from './optional-packages.ts';
import type { LaunchOptions, Session } from './session.ts';

/**
 * Starts a browser. Rejects with `MissingPackages` or `MissingBrowser`, whose messages have the command
 * that installs what is missing.
 * Providers are loaded on demand: loading their libraries takes as long as starting a small browser.
 */
export async function launch(engine: Engine, options: LaunchOptions = {}): Promise<Session> {
  const remote = options.webDriverUrl ?? process.env.FRAMEWRIGHT_WEBDRIVER_URL;
  if (options.provider === 'remote' && !remote) {
    throw new Error('No WebDriver server is configured: set FRAMEWRIGHT_WEBDRIVER_URL to its URL.');
  }
  if (remote && (options.provider ?? 'remote') === 'remote') {
    requirePackages(['selenium-webdriver']);
    const { connectToRemote } = await import('./webdriver.ts');
    return connectToRemote(engine, remote, options);
  }
  const found = find(engine, options.provider);
  requirePackages([packageFor(found)]);
  if ('missing' in found) throw new MissingBrowser([{ engine, ...found }]);
  if (found.control === 'playwright') {
    const { launchWithPlaywright } = await import('./playwright.ts');
    return launchWithPlaywright(found, options);
  }
  const { launchWithWebDriver } = await import('./webdriver.ts');
  return launchWithWebDriver(found, options);
}

/**
 * Checks before the first launch that everything these engines need is installed.
 * @param packages further packages that the caller needs
 * @throws {MissingPackages | MissingBrowser} naming all that is missing
 */
export function requireBrowsers(
  engines: readonly Engine[],
  packages: readonly OptionalPackage[] = [],
): void {
  if (process.env.FRAMEWRIGHT_WEBDRIVER_URL) {
    requirePackages(['selenium-webdriver', ...packages]);
    return;
  }
  const looked = engines.map((engine) => ({ engine, found: find(engine) }));
  requirePackages([...looked.map(({ found }) => packageFor(found)), ...packages]);
  const absent = looked.flatMap(({ engine, found }) =>
    'missing' in found ? [{ engine, ...found }] : [],
  );
  if (absent.length > 0) throw new MissingBrowser(absent);
}

/** For messages: `WebKitGTK 2.50.6 (system)`. */
export function describeSession(session: Session): string {
  return `${session.product} ${session.version} (${session.provider})`;
}
