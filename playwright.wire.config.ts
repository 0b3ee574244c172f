/**
 * The fixture of `framewright/playwright`, in the engines that Playwright drives:
 *
 *     npx playwright test --config playwright.wire.config.ts
 */
import { defineConfig } from '@playwright/test';
import { chromiumSwitches } from './browsers/chromium-switches.ts';
import { find } from './browsers/find.ts';

/** How Playwright starts the engine that this machine has. */
function startOf(engine: 'chromium' | 'firefox') {
  const found = find(engine);
  if ('missing' in found) throw new Error(found.missing.join('\n'));
  if (found.control !== 'playwright') throw new Error(`${engine} is not driven by Playwright`);
  const isSystem = found.provider === 'system';
  return {
    browserName: engine,
    ...(isSystem && engine === 'firefox' && { channel: 'moz-firefox' }),
    launchOptions: {
      ...(isSystem && { executablePath: found.executable }),
      ...(engine === 'chromium' && { args: [...chromiumSwitches] }),
    },
  };
}

export default defineConfig({
  testDir: 'e2e/wire',
  testMatch: '**/*.spec.ts',
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  workers: 2,
  reporter: [['list'], ['html', { open: 'never', outputFolder: 'playwright-report/wire' }]],
  projects: (['chromium', 'firefox'] as const).flatMap((engine) => [
    {
      name: engine,
      // What is kept does not depend on the engine, and a run inside a test takes its time.
      testIgnore: ['**/failing/**', ...(engine === 'firefox' ? ['**/keeping.spec.ts'] : [])],
      use: startOf(engine),
    },
    { name: `example, ${engine}`, testDir: 'examples/chat', use: startOf(engine) },
  ]),
});
