import type { Tab } from '../browsers/engine.ts';
import { expect, test } from './fixtures.ts';

/** The conversation as the page shows it: what happened, and the payload where there is one. */
function conversation(tab: Tab): Promise<string[]> {
  return tab.evaluate(() =>
    Array.from(document.querySelectorAll<HTMLElement>('[data-testid=entry]'), (entry) => {
      const payload = entry.querySelector('[data-testid=payload]')?.textContent;
      return payload === undefined ? `${entry.dataset.kind}` : `${entry.dataset.kind} ${payload}`;
    }),
  );
}

test('the page sends abc and shows def', async ({ tab, baseURL }) => {
  await tab.open(`${baseURL}/`);
  await expect
    .poll(() => conversation(tab))
    .toEqual(['opening', 'open', 'sent abc', 'received def']);
});

test('def is written to the console', async ({ tab, baseURL }) => {
  await tab.open(`${baseURL}/`);
  await expect.poll(() => conversation(tab)).toContain('received def');
  // What a page says while it loads is not seen in every engine (Session.consoleSince): ask again.
  const before = (await tab.consoleMessages()).length;
  await tab.evaluate(() => document.querySelector<HTMLElement>('[data-testid=send]')?.click());
  await expect
    .poll(async () => (await tab.consoleMessages()).slice(before))
    .toEqual([{ kind: 'log', text: 'def' }]);
});
