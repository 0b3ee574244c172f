/**
 * What every spec starts from: `import { expect, test } from './fixtures.ts'`.
 *
 * A spec runs once per engine and never names one. It uses `tab` (and `newTab` for more), not
 * Playwright's own `page`, which exists for two of the three engines only:
 *
 *     test('answers', async ({ tab, baseURL }) => {
 *       await tab.open(`${baseURL}/`);
 *       await expect.poll(() => tab.evaluate(() => document.title)).toBe('…');
 *     });
 *
 * A spec that records connections hands each one to `timelines`; they are attached, as text a person
 * can read, when the test fails:
 *
 *     timelines.add('tap', () => annotate(tap.timeline));
 */
import { test as base, type TestInfo } from '@playwright/test';
import { describeSession, launch, type Session, type Tab } from '../browsers/engine.ts';
import type { Engine } from '../browsers/find.ts';

export const expect = base.expect;

export interface Timelines {
  /** `render` runs after the test, and only when it failed. */
  add(name: string, render: () => string): void;
}

interface WorkerFixtures {
  /** The project's engine; playwright.config.ts sets it. */
  engine: Engine;
  /** The running browser, shared by the tests of a worker. */
  session: Session;
}

interface TestFixtures {
  /** A blank tab of this test's own. */
  tab: Tab;
  /** More of them; closed with the test. */
  newTab: () => Promise<Tab>;
  timelines: Timelines;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  engine: ['chromium', { option: true, scope: 'worker' }],

  session: [
    async ({ engine }, use) => {
      const session = await launch(engine, { ignoreHTTPSErrors: true });
      await use(session);
      await session.close();
    },
    { scope: 'worker', timeout: 90_000 },
  ],

  newTab: async ({ session }, use, testInfo) => {
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

  tab: async ({ newTab }, use) => {
    await use(await newTab());
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

function failed(testInfo: TestInfo): boolean {
  return testInfo.status !== testInfo.expectedStatus;
}

/** What each tab showed and said; a tab that does not answer any more has its error attached. */
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
