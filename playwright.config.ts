import { defineConfig } from '@playwright/test';
import { type Engine, engines } from './browsers/find.ts';

const inCI = Boolean(process.env.CI);
const onGitHub = Boolean(process.env.GITHUB_ACTIONS);
// The variables that `npm run dev` reads too: two runs on one machine take two ports each.
const pageUrl = `http://localhost:${process.env.HTTP_PORT ?? 3201}`;
const webSocketPort = Number(process.env.WS_PORT ?? 3200);

export default defineConfig<object, { engine: Engine; webSocketPort: number }>({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  forbidOnly: inCI,
  // A test that passes at the second try has failed.
  retries: 0,
  timeout: 30_000,
  reporter: [['list'], ['html', { open: 'never' }], ...(onGitHub ? [['github'] as const] : [])],
  // One worker per engine: each browser is started once, and the slowest to start waits for none.
  workers: engines.length,
  use: { baseURL: pageUrl, webSocketPort },
  projects: engines.map((engine) => ({ name: engine, workers: 1, use: { engine } })),
  webServer: {
    // `npm run dev` without npm, which takes a second to start it.
    command: 'node --import tsx server/main.ts',
    url: pageUrl,
    reuseExistingServer: !inCI,
    gracefulShutdown: { signal: 'SIGINT', timeout: 5000 },
  },
});
