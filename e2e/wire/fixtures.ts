/** The fixtures of the specs of `framewright/playwright`: those, and a site to test. */
import {
  test as base,
  mergeExpects,
  mergeTests,
  expect as playwrightExpect,
} from '@playwright/test';
import { expect as wireExpect, test as withWire } from '../../api/playwright.ts';
import { type Site, startSite } from './site.ts';

const withSite = base.extend<object, { site: Site }>({
  site: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from here
    async ({}, use) => {
      const site = await startSite();
      await use(site);
      await site.close();
    },
    { scope: 'worker' },
  ],
});

export const test = mergeTests(withWire, withSite);
/** Merged as users merge it with theirs. */
export const expect = mergeExpects(playwrightExpect, wireExpect);
