/** Framewright in Playwright: tests the server that your pages connect to against the RFC. */
import { test as base, expect } from '@playwright/test';
import {
  type Capabilities,
  catalogue,
  explainResult,
  probeServer,
  runServerCase,
  type ServerTarget,
  serverTarget,
} from 'framewright';
import { startEchoServer } from './echo-server.ts';

const cases = catalogue().filter(
  ({ id, against }) => against.includes('server') && id.startsWith('fragmentation/'),
);

/** Started and probed once per worker. */
interface Probed {
  readonly target: ServerTarget;
  readonly capabilities: Capabilities;
}

const test = base.extend<object, { server: Probed }>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from here
    async ({}, use) => {
      const server = await startEchoServer();
      const target = serverTarget(server.url);
      await use({ target, capabilities: await probeServer(target) });
      await server.close();
    },
    { scope: 'worker' },
  ],
});

for (const testCase of cases) {
  test(`${testCase.id}: ${testCase.title}`, async ({ server: { target, capabilities } }) => {
    const result = await runServerCase(testCase, target, { capabilities });
    // A case that the target does not support is not a failure; the report shows the reason.
    test.skip(result.verdict === 'skip', result.observed);
    expect(result.verdict, explainResult(result)).toMatch(/^(pass|warn|info)$/);
  });
}
