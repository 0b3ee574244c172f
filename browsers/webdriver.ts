/**
 * Opens sessions over W3C WebDriver: local WebKitGTK and Safari, and any browser of a WebDriver URL
 * (a grid, a cloud service).
 */
import { Builder } from 'selenium-webdriver';
import { ProcessScopeWithFolder } from '../processes/process-scope.ts';
import { within } from './deadline.ts';
import type { Engine, Found, Provider } from './find.ts';
import type { Json, LaunchOptions, Session } from './session.ts';
import { startSafariDriver, startWebKitGTK } from './webdriver-server.ts';
import { WebDriverSession } from './webdriver-session.ts';

type Capabilities = Record<string, Json>;

/** Starts a local driver and a session with it. */
export async function launchWithWebDriver(
  found: Exclude<Found, { control: 'playwright' }>,
  options: LaunchOptions,
): Promise<Session> {
  const processScope = new ProcessScopeWithFolder();
  try {
    const { url, capabilities } =
      found.control === 'webkitgtk'
        ? await startWebKitGTK(found, processScope, options)
        : await startSafariDriver(found, processScope);
    return await openSession(
      found.engine,
      found.provider,
      url,
      capabilities,
      options,
      processScope,
    );
  } catch (error) {
    await processScope.release();
    const reason = `${found.driver} did not start a session (${(error as Error).message})`;
    throw new Error(reason, { cause: error });
  }
}

const remoteNames: Record<Engine, string> = {
  chromium: 'chrome',
  firefox: 'firefox',
  webkit: 'safari',
};

/** Opens a session on a running WebDriver server. */
export async function connectToRemote(
  engine: Engine,
  url: string,
  options: LaunchOptions,
): Promise<Session> {
  const given = options.webDriverCapabilities ?? capabilitiesOfEnvironment();
  const capabilities = withSettings({ browserName: remoteNames[engine], ...given }, options);
  try {
    return await openSession(engine, 'remote', url, capabilities, options, undefined);
  } catch (error) {
    const reason = `The WebDriver server at ${withoutPassword(url)} did not start a ${engine} session`;
    throw new Error(reason, { cause: error });
  }
}

/** The capability that holds a browser's command line or preferences. */
const vendorCapabilities: Readonly<Record<string, string>> = {
  chrome: 'goog:chromeOptions',
  'chrome-headless-shell': 'goog:chromeOptions',
  microsoftedge: 'ms:edgeOptions',
  firefox: 'moz:firefoxOptions',
};

/** Adds the arguments and preferences with which a local browser is started. */
export function withSettings(
  capabilities: Capabilities,
  { chromiumArgs = [], firefoxUserPrefs = {} }: LaunchOptions,
): Capabilities {
  const browser = String(capabilities.browserName).toLowerCase();
  const name = Object.hasOwn(vendorCapabilities, browser) ? vendorCapabilities[browser] : undefined;
  if (name === undefined) return capabilities;
  const given = (capabilities[name] ?? {}) as {
    args?: readonly Json[];
    prefs?: Record<string, Json>;
  };
  const settings: Record<string, Json> =
    browser === 'firefox'
      ? { prefs: { ...firefoxUserPrefs, ...given.prefs } }
      : { args: [...(given.args ?? []), ...chromiumArgs] };
  return { ...capabilities, [name]: { ...given, ...settings } };
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
  processScope: ProcessScopeWithFolder | undefined,
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
  const version = granted.getBrowserVersion() ?? '(unknown version)';
  const identity = { engine, provider, product, version };
  return new WebDriverSession(
    identity,
    driver,
    await driver.getWindowHandle(),
    timeout,
    processScope,
  );
}

const productNames: Record<string, string> = {
  minibrowser: 'WebKitGTK',
  safari: 'Safari',
  chrome: 'Chrome',
  firefox: 'Firefox',
};
