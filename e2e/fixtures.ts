/**
 * The fixtures of every spec: `import { expect, test } from './fixtures.ts'`.
 *
 * A spec runs once per engine and never names one. It uses `tab` (and `newTab` for more), not
 * Playwright's own `page`, which exists for two of the three engines only:
 *
 *     test('answers', async ({ tab, baseURL }) => {
 *       await tab.open(`${baseURL}/`);
 *       await expect.poll(() => tab.evaluate(() => document.title)).toBe('…');
 *     });
 *
 * Connections are opened through a tap, which records every byte. When the test ends, each of them
 * is checked against the rules of wire-assertions.ts; when it failed, they are attached as readable
 * text:
 *
 *     const tap = await openTap();
 *     await tab.open(pageUrl(tap, '/echo'));
 */
import { test as base, type TestInfo } from '@playwright/test';
import type { Engine } from '../browsers/find.ts';
import { describeSession, launch } from '../browsers/launch.ts';
import type { Session, Tab } from '../browsers/session.ts';
import { launchOptions } from '../conformance/run/browser/engine-settings.ts';
import { startTap, type Tap } from '../conformance/transport/tap.ts';
import type { Conversation } from '../conformance/wire/conversation.ts';
import { headerList } from '../conformance/wire/http-head.ts';
import {
  createWebSocketServer,
  type WebSocketServer,
  type WebSocketServerOptions,
} from '../server/node/server.ts';
import { type EngineFacts, engineFacts } from './engine-facts.ts';
import {
  type FaultyServer,
  type RunningServer,
  startFaultyServer,
  startSilentServer,
} from './faulty-servers.ts';
import { launchAnnotation } from './launch-times.ts';
import { PageView } from './page-view.ts';
import { brokenRules, handshakeKeys, type Route, repeated } from './wire-assertions.ts';

export const expect = base.expect;

/** `await eventually(() => view.state()).toBe('Open')`: polls often, as a page needs milliseconds. */
export const eventually = <Seen>(look: () => Promise<Seen>) =>
  expect.poll(look, { intervals: [10, 20, 40, 80, 160, 320] });

export interface Timelines {
  /** `render` runs after the test, and only when it failed. */
  add(name: string, render: () => string): void;
}

interface TapOptions {
  /** The port of the target; default: the server that `npm run dev` started. */
  readonly port?: number;
  /** Whether connections are checked against the rules; false if the test breaks them. Default: true. */
  readonly keepsRules?: boolean;
}

interface WorkerFixtures {
  /** The project's engine; playwright.config.ts sets it. */
  engine: Engine;
  /** The running browser and its first tab, shared by the tests of a worker. */
  launched: { readonly session: Session; readonly tab: Tab; readonly launchMilliseconds: number };
  /** The address of the WebSocket server of `npm run dev`. */
  webSocketPort: number;
  /** The handshake keys of all connections so far that are checked against the rules. */
  keysSeen: Set<string>;
}

interface TestFixtures {
  /** A tab for this test; it shows what the previous test left there until `open` is called. */
  tab: Tab;
  /**
   * The same tab at a document of the page's origin that opens no connection on its own: for tests
   * that open their sockets themselves.
   */
  quietTab: Tab;
  /** More tabs; closed with the test. */
  newTab: () => Promise<Tab>;
  timelines: Timelines;
  /** The page as a user sees and uses it, in `tab`. */
  view: PageView;
  /** The allowed differences of this engine. */
  facts: EngineFacts;
  openTap: (options?: TapOptions) => Promise<Tap>;
  /** The URL of the page, set up to connect through a tap. */
  pageUrl: (tap: Tap, path?: string, query?: Readonly<Record<string, string>>) => string;
  /** The same address, for a WebSocket that a test opens itself. */
  socketUrl: (tap: Tap, path?: string) => string;
  /** What a request through this tap must contain. */
  routeOf: (tap: Tap) => Route;
  /** Starts a WebSocket server for this test; returns its port. */
  serve: (options: WebSocketServerOptions) => Promise<number>;
  /** Starts a server that breaks a rule, or a silent one; returns its port. */
  serveFaulty: (faulty: FaultyServer | 'silent') => Promise<number>;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  engine: ['chromium', { option: true, scope: 'worker' }],

  webSocketPort: [3200, { option: true, scope: 'worker' }],

  // A tab costs more than everything most tests do in it.
  launched: [
    async ({ engine }, use) => {
      const start = performance.now();
      const session = await launch(engine, launchOptions(engine));
      const tab = await session.newTab();
      await use({ session, tab, launchMilliseconds: performance.now() - start });
      await session.close();
    },
    { scope: 'worker', timeout: 90_000 },
  ],

  newTab: async ({ launched: { session } }, use, testInfo) => {
    testInfo.annotations.push({ type: 'browser', description: describeSession(session) });
    const tabs: Tab[] = [];
    await use(async () => {
      const tab = await session.newTab();
      tabs.push(tab);
      return tab;
    });
    if (failed(testInfo)) await attachTabs(tabs, testInfo);
    for (const tab of tabs) await tab.close();
  },

  tab: async ({ launched: { session, tab, launchMilliseconds } }, use, testInfo) => {
    testInfo.annotations.push(
      { type: 'browser', description: describeSession(session) },
      { type: launchAnnotation, description: launchMilliseconds.toFixed(0) },
    );
    await use(tab);
    if (failed(testInfo)) await attachTabs([tab], testInfo);
  },

  quietTab: async ({ tab, baseURL }, use) => {
    const address = `${baseURL}/mark.svg`;
    if ((await tab.evaluate(() => location.href)) !== address) await tab.open(address);
    await use(tab);
  },

  view: async ({ tab }, use) => {
    await use(new PageView(tab));
  },

  facts: async ({ engine }, use) => {
    await use(engineFacts[engine]);
  },

  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from here
  keysSeen: [({}, use) => use(new Set()), { scope: 'worker' }],

  openTap: async ({ timelines, routeOf, webSocketPort, keysSeen }, use) => {
    const opened: { tap: Tap; keepsRules: boolean }[] = [];
    await use(async ({ port = webSocketPort, keepsRules = true } = {}) => {
      const tap = await startTap({ target: { host: '127.0.0.1', port } });
      const name = `tap ${opened.length + 1}`;
      opened.push({ tap, keepsRules });
      timelines.add(name, () => tap.connections.map((each) => each.annotated()).join('\n'));
      return tap;
    });
    for (const { tap } of opened) await tap.close();
    for (const { tap, keepsRules } of opened) {
      if (keepsRules) expect(findBrokenRules(tap, routeOf(tap), keysSeen)).toEqual([]);
    }
  },

  pageUrl: async ({ baseURL, socketUrl }, use) => {
    await use((tap, path, query) => {
      return `${baseURL}/?${new URLSearchParams({ server: socketUrl(tap, path), ...query })}`;
    });
  },

  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from here
  socketUrl: async ({}, use) => {
    await use((tap, path = '/') => `ws://${tap.host}:${tap.port}${path}`);
  },

  routeOf: async ({ baseURL }, use) => {
    const { origin } = new URL(baseURL!);
    await use(({ host, port }) => ({ origin, host: `${host}:${port}` }));
  },

  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from here
  serve: async ({}, use) => {
    const servers: WebSocketServer[] = [];
    await use(async (options) => {
      const server = createWebSocketServer(options);
      servers.push(server);
      return (await server.listen()).port;
    });
    for (const server of servers) await server.close(1001, 0);
  },

  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from here
  serveFaulty: async ({}, use) => {
    const servers: RunningServer[] = [];
    await use(async (faulty) => {
      const server = await (faulty === 'silent' ? startSilentServer() : startFaultyServer(faulty));
      servers.push(server);
      return server.port;
    });
    for (const server of servers) server.close();
  },

  timelines: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from here
    async ({}, use, testInfo) => {
      const recorded: { name: string; render: () => string }[] = [];
      await use({ add: (name, render) => recorded.push({ name, render }) });
      if (!failed(testInfo)) return;
      for (const { name, render } of recorded) {
        await testInfo.attach(`timeline: ${name}`, { body: render(), contentType: 'text/plain' });
      }
    },
    { auto: true },
  ],
});

/** Over all connections of a tap that requested a WebSocket. Their keys are added to `keysSeen`. */
function findBrokenRules(tap: Tap, route: Route, keysSeen: Set<string>) {
  const asked = tap.connections
    .map((connection) => connection.conversation())
    .filter(({ client }) => client.head && headerList(client.head, 'Upgrade').length > 0);
  const keys = asked.flatMap(handshakeKeys);
  const again = repeated([...keysSeen, ...keys]);
  for (const key of keys) keysSeen.add(key);
  return [
    // The test that provokes a refusal checks it.
    ...asked.filter(switchesProtocol).flatMap((each) => brokenRules(each, route)),
    ...(again === undefined ? [] : [{ rule: 'repeated-key', observed: again }]),
  ];
}

/** Any 101, even one for another protocol: the rules have to report that. */
function switchesProtocol({ server }: Conversation): boolean {
  const line = server.head?.startLine;
  return line?.kind === 'response' && line.status === 101;
}

function failed(testInfo: TestInfo): boolean {
  return testInfo.status !== testInfo.expectedStatus;
}

/** What each tab showed and logged; for a tab that does not answer any more, its error. */
async function attachTabs(tabs: readonly Tab[], testInfo: TestInfo): Promise<void> {
  for (const [index, tab] of tabs.entries()) {
    const name = `tab ${index + 1}`;
    try {
      const screenshot = Buffer.from(await tab.screenshot());
      await testInfo.attach(name, { body: screenshot, contentType: 'image/png' });
      const messages = await tab.consoleMessages();
      const console = messages.map(({ kind, text }) => `${kind}: ${text}`).join('\n');
      await testInfo.attach(`${name}: console`, { body: console, contentType: 'text/plain' });
    } catch (error) {
      await testInfo.attach(`${name}: no answer`, { body: String(error) });
    }
  }
}
