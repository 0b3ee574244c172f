/**
 * The HTML report as a local file in three engines: read, filtered, used by keyboard. A test that ends
 * with a dialog open has a separate tab: WebKitGTK's driver cannot navigate from such a page.
 */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { TestInfo } from '@playwright/test';
import type { Tab } from '../../browsers/session.ts';
import { renderHtml } from '../../conformance/report/html.ts';
import type { Run } from '../../conformance/results/results.ts';
import {
  malice,
  runOfSeveralConversations,
  sampleRun,
} from '../../conformance/testing/sample-run.ts';
import { eventually, expect, test } from '../fixtures.ts';
import { generateRuns } from './generated-runs.ts';

async function openReport(
  tab: Tab,
  testInfo: TestInfo,
  runs: readonly Run[],
  hash = '',
): Promise<string> {
  const path = testInfo.outputPath('report.html');
  await writeFile(path, renderHtml(runs));
  const { href } = pathToFileURL(path);
  await tab.open(`${href}${hash}`);
  await eventually(() => textOf(tab, '#count')).toMatch(/\d/);
  return href;
}

const textOf = (tab: Tab, selector: string) =>
  tab.evaluate((wanted) => document.querySelector(wanted)?.textContent ?? '', selector);

/** The focused element: its text or label. */
const focused = (tab: Tab) =>
  tab.evaluate(() => document.activeElement?.ariaLabel ?? document.activeElement?.textContent);

const dialogTitle = (tab: Tab) => textOf(tab, 'dialog[open] #case-title');

/** Cases that are shown, by id. */
const shownIds = (tab: Tab) =>
  tab.evaluate(() =>
    Array.from(document.querySelectorAll<HTMLElement>('#matrix tr[data-row]'))
      .filter((row) => row.offsetParent !== null)
      .map((row) => row.querySelector('code')?.textContent),
  );

const choose = (tab: Tab, value: string) =>
  tab.evaluate((wanted) => {
    document.querySelector<HTMLElement>(`#filters input[value="${wanted}"]`)?.click();
  }, value);

const twoTargets = async () => {
  const run = await sampleRun();
  const { results } = run;
  const kept = results.map((result) =>
    result.id === 'sample/broken' ? { ...result, verdict: 'pass' as const } : result,
  );
  return [run, { ...run, target: { ...run.target, name: 'other' }, results: kept }];
};

test('shows each target, each case, each verdict', async ({ tab }, testInfo) => {
  await openReport(tab, testInfo, await twoTargets());
  expect(await textOf(tab, '#count')).toBe('6 of 6 cases');
  const table = await tab.evaluate(() =>
    Array.from(document.querySelectorAll('#targets tbody tr'), (row) =>
      Array.from(row.querySelectorAll('td'), (cell) => cell.textContent),
    ),
  );
  expect(table).toEqual([
    ['1 / 2', '0 / 1', '1', '', '1', '1', '1', '1', '1', '1'],
    ['2 / 2', '0 / 1', '1', '', '0', '1', '1', '1', '1', '2'],
  ]);
  const cells = await tab.evaluate(() =>
    Array.from(document.querySelectorAll('#matrix td a'), (link) => link.ariaLabel),
  );
  expect(cells).toHaveLength(12);
});

test('a case has an address, and opens its conversation', async ({ newTab }, testInfo) => {
  const tab = await newTab();
  await openReport(tab, testInfo, await twoTargets(), '#sample/broken/sample');
  await eventually(() => dialogTitle(tab)).toBe('a rule that is kept');
  expect(await textOf(tab, '.expected p')).toBe('this');
  expect(await textOf(tab, '.observed p')).toContain('<script>alert(1)</script>');
  expect(await textOf(tab, '.replay code')).toMatch(/^npx framewright replay sample\/broken ws:/);
  expect(await textOf(tab, '.facts a')).toBe('RFC 6455 §5.4 Fragmentation');
  expect(await textOf(tab, '.timeline .marked .note')).toBe('wrong-answer');
  const fields = await tab.evaluate(() =>
    Array.from(
      document.querySelectorAll('.timeline .marked tbody tr'),
      (row) => row.querySelector('.bits + td')?.textContent,
    ),
  );
  expect(fields).toEqual(['FIN', 'RSV', 'opcode', 'MASK', 'length', 'payload']);
});

test('a case of several conversations shows each with its name, and one of them open', async ({
  newTab,
}, testInfo) => {
  const tab = await newTab();
  await openReport(tab, testInfo, [await runOfSeveralConversations()], '#sample/broken/sample');
  await eventually(() => dialogTitle(tab)).toBe('a rule that is kept');
  const titles = await tab.evaluate(() =>
    Array.from(
      document.querySelectorAll('.other-conversation > summary, .conversation h3'),
      (title) => `${title.tagName} ${title.textContent}`,
    ),
  );
  expect(titles).toEqual([
    'SUMMARY Conversation: before, round 1',
    'SUMMARY Conversation: round 1',
    'SUMMARY Conversation: before, round 3',
    'H3 Conversation: main, round 3',
    'SUMMARY Conversation: aftermath',
    'SUMMARY Conversation: attempt 1, pass: main, round 1',
  ]);
  const open = await tab.evaluate(
    () => document.querySelectorAll('.other-conversation[open]').length,
  );
  expect(open).toBe(0);
  expect(await textOf(tab, '.timeline .marked .note')).toBe('wrong-answer');
});

test('can be used with the keyboard only', async ({ tab }, testInfo) => {
  await openReport(tab, testInfo, await twoTargets());
  await tab.evaluate(() => document.querySelector<HTMLElement>('#matrix a[tabindex="0"]')?.focus());
  const seen: (string | null | undefined)[] = [];
  for (const key of ['ArrowRight', 'ArrowDown', 'ArrowRight', 'End', 'Home', 'ArrowRight']) {
    await tab.press(key);
    seen.push(await focused(tab));
  }
  expect(seen).toEqual(['pass', 'fail', 'pass', 'pass', 'a rule that is kept', 'fail']);
  await tab.press('Enter');
  await eventually(() => dialogTitle(tab)).toBe('a rule that is kept');
  expect(await textOf(tab, 'dialog .subtitle')).toBe('fail sample 1.0');
  await tab.press('ArrowRight');
  await eventually(() => textOf(tab, 'dialog .subtitle')).toBe('pass other 1.0');
  await tab.press('n');
  await eventually(() => textOf(tab, 'dialog .badge')).toBe('warn');
  await tab.press('Escape');
  await eventually(() => dialogTitle(tab)).toBe('');
  await eventually(() => focused(tab)).toBe('warn');
  await tab.press('/');
  expect(await focused(tab)).toBe('Search');
});

test('filters by text, verdict, level, and differing targets', async ({ tab }, testInfo) => {
  const href = await openReport(tab, testInfo, await twoTargets());
  await choose(tab, 'skip');
  expect(await shownIds(tab)).toEqual(['sample/skipped']);
  await choose(tab, 'skip');
  await choose(tab, 'may');
  expect(await shownIds(tab)).toEqual(['sample/left-open']);
  await choose(tab, 'may');
  await tab.evaluate(() => document.querySelector<HTMLElement>('#differ')?.click());
  expect(await shownIds(tab)).toEqual(['sample/broken']);
  const address = await tab.evaluate(() => location.hash);
  expect(address).toBe('#?differ=1');
  await tab.open('about:blank');
  await tab.open(`${href}#?text=WRONG-close`);
  await eventually(() => shownIds(tab)).toEqual(['sample/broken-should']);
  expect(await textOf(tab, '#count')).toBe('1 of 6 cases');
});

test('a hostile target stays text', async ({ tab }, testInfo) => {
  const run = await sampleRun();
  const target = { ...run.target, name: malice, version: malice };
  await openReport(tab, testInfo, [{ ...run, target }]);
  const [title, scripts, header] = await tab.evaluate(() => [
    document.title,
    document.scripts.length,
    document.querySelector('#matrix thead th + th')?.textContent ?? '',
  ]);
  expect(scripts).toBe(3);
  expect(title).toContain('<script>alert(1)</script>]]>\\x1b');
  expect(header).toContain('<script>alert(1)</script>]]>\\x1b');
});

/** axe-core as an expression: the page's policy does not let it evaluate text. */
const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);
const runAxe = new Function(`
  ${axeSource};
  return axe.run().then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ': ' + nodes[0].html));`) as () => Promise<string[]>;

test('an accessibility checker reports no problems', async ({ newTab }, testInfo) => {
  const tab = await newTab();
  await openReport(tab, testInfo, await twoTargets());
  expect(await tab.evaluate(runAxe)).toEqual([]);
  await tab.evaluate(() => {
    location.hash = '#sample/broken/sample';
  });
  await eventually(() => dialogTitle(tab)).toBe('a rule that is kept');
  expect(await tab.evaluate(runAxe)).toEqual([]);
});

test('a thousand cases by thirty targets open and filter', async ({ tab }, testInfo) => {
  // Most of the time here goes into generating the report.
  test.setTimeout(90_000);
  await openReport(tab, testInfo, await generateRuns(1000, 30));
  expect(await textOf(tab, '#count')).toBe('1,000 of 1,000 cases');
  await choose(tab, 'fail');
  await tab.evaluate(() => {
    const search = document.querySelector<HTMLInputElement>('#text');
    if (search) search.value = 'case-99';
    search?.dispatchEvent(new Event('input', { bubbles: true }));
  });
  // With 27 targets every case has each verdict, so only the text filters.
  await eventually(() => textOf(tab, '#count')).toBe('11 of 1,000 cases');
});
