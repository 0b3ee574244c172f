import { createServer } from 'node:net';
import { defineConfig } from '@playwright/test';
import { type Engine, engines } from './browsers/find.ts';

const inCI = Boolean(process.env.CI);
const onGitHub = Boolean(process.env.GITHUB_ACTIONS);

// Each run starts its own servers: one that it found would be of older code, or end with the run that
// started it. They listen where HTTP_PORT and WS_PORT say, as those of `npm run dev`; without these
// on 3201 and 3200, or on any free ports while another holds one of the two.
const { HTTP_PORT, WS_PORT } = process.env;
const isFirstChoice =
  HTTP_PORT !== undefined || WS_PORT !== undefined || (await areFree(3201, 3200));
const [httpPort, webSocketPort] = isFirstChoice
  ? [Number(HTTP_PORT ?? 3201), Number(WS_PORT ?? 3200)]
  : [0, 0];

/** On both addresses of `localhost`: a browser tries either. */
async function areFree(...ports: number[]): Promise<boolean> {
  const probes = ports.flatMap((port) =>
    ['127.0.0.1', '::1'].map(
      (host) =>
        new Promise<boolean>((resolve) => {
          const probe = createServer();
          probe.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code !== 'EADDRINUSE'));
          probe.listen(port, host, () => probe.close(() => resolve(true)));
        }),
    ),
  );
  return (await Promise.all(probes)).every(Boolean);
}

export default defineConfig<object, { engine: Engine; webSocketPort: number }>({
  // The page, the server and the wire. What tests other things: playwright.tools.config.ts.
  testDir: 'e2e/core',
  testMatch: '**/*.spec.ts',
  forbidOnly: inCI,
  // A test that passes at the second try has failed.
  retries: 0,
  timeout: 30_000,
  reporter: [
    ['list'],
    ['html', { open: 'never' }],
    ...(onGitHub ? [['github'] as const] : []),
    ['./e2e/launch-times.ts'],
  ],
  // One worker per engine: each browser is started once, and the slowest to start waits for none.
  workers: engines.length,
  use: { baseURL: `http://localhost:${httpPort}`, webSocketPort },
  projects: engines.map((engine) => ({ name: engine, workers: 1, use: { engine } })),
  webServer: {
    // `npm run dev` without npm, which takes a second to start it.
    // Standard input is a pipe from Playwright: it ends however Playwright does.
    command: 'node --import tsx server/main.ts --until-stdin-ends',
    env: { HTTP_PORT: String(httpPort), WS_PORT: String(webSocketPort) },
    // Once it says where it listens. Playwright puts the named groups into the environment of the
    // workers, and each of these reads this file again.
    wait: { stdout: /Page +http:\S+:(?<http_port>\d+)\/.+ server +ws:\S+:(?<ws_port>\d+)\//s },
    gracefulShutdown: { signal: 'SIGINT', timeout: 5000 },
  },
});
