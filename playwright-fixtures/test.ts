/** The fixture `wire`: a forward proxy that records the WebSocket connections of a test. */
import { type Browser, test as base, type TestInfo } from '@playwright/test';
import { type Attach, attachRecord } from './attachments.ts';
import { brokenRulesOf, explainBrokenRules } from './matchers.ts';
import { Authority } from './proxy/authority.ts';
import { ExtendedConnectProbe } from './proxy/extended-connect.ts';
import { Wire } from './wire.ts';

/** Options of the recorder: `test.use({ wireOptions: { … } })`. */
export interface WireOptions {
  /**
   * What is decrypted: `websockets`, or `everything` that a browser sends over TLS. Default:
   * `websockets`. Other traffic is passed on as it is.
   */
  readonly intercept?: 'websockets' | 'everything';
  /** Attach the annotated timeline, a HAR and a packet capture. Default: `retain-on-failure`. */
  readonly attach?: Attach;
  /** Fail the test if a page or a server breaks a rule of RFC 6455 or RFC 7692. Default: `off`. */
  readonly conformance?: 'off' | 'must' | 'should';
  /** Added to each opening request, in place of headers of the same name. */
  readonly extraHTTPHeaders?: Readonly<Record<string, string>>;
}

/** Fixtures of a test. */
export interface WireFixtures {
  /** The record of this test: every WebSocket connection of its browser contexts. */
  wire: Wire;
  wireOptions: WireOptions;
}

/** What the tests of a worker share. */
interface Recorder {
  readonly authority: Authority;
  readonly extendedConnect: ExtendedConnectProbe;
  /** Of the test that runs: contexts that are created now are recorded there. */
  wire: Wire | undefined;
}

/** Fixtures of a worker. */
export interface WireWorkerFixtures {
  /** @internal */
  wireRecorder: Recorder;
}

/** Playwright's `test`, with the fixture `wire`. */
export const test = base.extend<WireFixtures, WireWorkerFixtures>({
  wireOptions: [{}, { option: true }],

  wireRecorder: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from here
    async ({}, use) => {
      const authority = await Authority.create();
      const extendedConnect = new ExtendedConnectProbe();
      await use({ authority, extendedConnect, wire: undefined });
    },
    { scope: 'worker' },
  ],

  launchOptions: [
    async ({ launchOptions, browserName, wireRecorder }, use) => {
      const { args = [], firefoxUserPrefs = {} } = launchOptions;
      const keys = wireRecorder.authority.keyHash;
      await use({
        ...launchOptions,
        // This also covers service workers, which do not honour ignoreHTTPSErrors.
        ...(browserName === 'chromium' && {
          args: [...args, `--ignore-certificate-errors-spki-list=${keys}`],
        }),
        ...(browserName === 'firefox' && {
          firefoxUserPrefs: { ...firefoxPreferences, ...firefoxUserPrefs },
        }),
      });
    },
    { scope: 'worker' },
  ],

  browser: [
    async ({ browser, wireRecorder }, use) => {
      recordContexts(browser, () => wireRecorder.wire);
      await use(browser);
    },
    { scope: 'worker' },
  ],

  wire: [
    async ({ wireRecorder, wireOptions, proxy, ignoreHTTPSErrors }, use, testInfo) => {
      const { intercept = 'websockets', extraHTTPHeaders = {} } = wireOptions;
      const { attach = 'retain-on-failure', conformance = 'off' } = wireOptions;
      const timeLeft = timeLeftOf(testInfo);
      const settings = { ...wireRecorder, intercept, extraHTTPHeaders, timeLeft };
      const wire = new Wire(settings, { proxy, ignoreHTTPSErrors });
      wireRecorder.wire = wire;
      await use(wire);
      wireRecorder.wire = undefined;
      await wire.close();
      await attachRecord(wire.connections(), wire.failures(), attach, testInfo);
      const [problem] = wire.problems;
      if (problem) throw new Error('a server of wire.route() failed', { cause: problem });
      if (conformance !== 'off') requireConformance(wire, conformance);
    },
    { auto: true },
  ],
});

/**
 * Each context gets a separate proxy. Fixtures for `proxy` and `ignoreHTTPSErrors` would not do: a
 * test file that sets these options replaces them.
 */
function recordContexts(browser: Browser, currentWire: () => Wire | undefined): void {
  const newContext = browser.newContext.bind(browser);
  const name = browser.browserType().name();
  browser.newContext = async (options = {}) => {
    const wire = currentWire();
    if (!wire) return newContext(options);
    // Firefox does not, with the preferences below.
    const server = await wire.listen(options, name !== 'firefox');
    return newContext({
      ...options,
      proxy: { server, ...(name === 'chromium' && { bypass: '<-loopback>' }) },
      // Chromium knows the recorder's key; Firefox can only be told to accept any certificate.
      ...(name !== 'chromium' && { ignoreHTTPSErrors: true }),
    });
  };
}

/** By default Firefox does not proxy loopback addresses, and opens WebSockets inside HTTP/2 sessions. */
const firefoxPreferences = {
  'network.proxy.allow_hijacking_localhost': true,
  'network.http.http2.websockets': false,
  'network.http.spdy.websockets': false,
};

/** How long before the test's timeout a wait ends with its own error, in ms. */
const margin = 500;

function timeLeftOf(testInfo: TestInfo): () => number {
  const start = performance.now();
  return () =>
    testInfo.timeout === 0
      ? Number.POSITIVE_INFINITY
      : Math.max(margin, testInfo.timeout - (performance.now() - start) - margin);
}

function requireConformance(wire: Wire, level: 'must' | 'should'): void {
  const explained = wire.connections().flatMap((connection) => {
    const rules = brokenRulesOf(connection, level);
    return rules.length === 0
      ? []
      : [`${connection.url()}\n${explainBrokenRules(connection, rules)}`];
  });
  if (explained.length > 0) throw new Error(`broken rules:\n\n${explained.join('\n\n')}`);
}
