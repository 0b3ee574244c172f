/**
 * The one door to real browsers: `launch(engine)` gives a session, a session gives tabs.
 * Whoever uses it never learns which provider serves the engine, unless they ask for its name.
 *
 *     const session = await launch('webkit');
 *     const tab = await session.newTab();
 *     await tab.open('http://127.0.0.1:3201/');
 *     const title = await tab.evaluate(() => document.title);
 *     await session.close();
 */
import { type Engine, find, MissingBrowser } from './find.ts';
import type { LaunchOptions, Session } from './session.ts';

/**
 * Starts a browser. Rejects with `MissingBrowser`, which names the command that helps.
 * Providers are loaded when they are needed: their libraries take as long as a small browser.
 */
export async function launch(engine: Engine, options: LaunchOptions = {}): Promise<Session> {
  const remote = options.webDriverUrl ?? process.env.FRAMEWRIGHT_WEBDRIVER_URL;
  if (options.provider === 'remote' && !remote) {
    throw new Error('No WebDriver server given: set FRAMEWRIGHT_WEBDRIVER_URL to its URL.');
  }
  if (remote && (options.provider ?? 'remote') === 'remote') {
    const { connectToRemote } = await import('./webdriver.ts');
    return connectToRemote(engine, remote, options);
  }
  const found = find(engine, options.provider);
  if ('missing' in found) throw new MissingBrowser(engine, found.missing);
  if (found.control === 'playwright') {
    const { launchWithPlaywright } = await import('./playwright.ts');
    return launchWithPlaywright(found, options);
  }
  const { launchWithWebDriver } = await import('./webdriver.ts');
  return launchWithWebDriver(found, options);
}

/** How people are told of it: `WebKitGTK 2.50.6 (system)`. */
export function describeSession(session: Session): string {
  return `${session.product} ${session.version} (${session.provider})`;
}
