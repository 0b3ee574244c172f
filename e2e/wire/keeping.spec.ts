/** What a test leaves in Playwright's report, read from a run of failing/failing.spec.ts. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from '@playwright/test';
import type { JSONReport } from '@playwright/test/reporter';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

interface Outcome {
  readonly ok: boolean;
  readonly error: string;
  readonly attachments: Readonly<Record<string, string>>;
}

/** The outcomes by title. */
function run(project: string, output: string): Promise<Record<string, Outcome>> {
  const cli = at('../../node_modules/@playwright/test/cli.js');
  const config = at('../../playwright.failing.config.ts');
  const args = [cli, 'test', '--config', config, '--project', project, '--output', output];
  return new Promise((resolve, reject) => {
    const options = { maxBuffer: 64 * 1024 * 1024, env: { ...process.env, FORCE_COLOR: '0' } };
    execFile(
      process.execPath,
      [...args, '--reporter', 'json'],
      options,
      (_error, stdout, stderr) => {
        if (!stdout.startsWith('{')) reject(new Error(`${stdout}${stderr}`));
        else resolve(outcomesOf(JSON.parse(stdout)));
      },
    );
  });
}

function outcomesOf({ suites }: JSONReport): Record<string, Outcome> {
  const all = suites.flatMap((suite) => [suite, ...(suite.suites ?? [])]);
  return Object.fromEntries(
    all.flatMap(({ specs }) =>
      specs.map(({ title, ok, tests: [first] }) => {
        const { errors, attachments } = first!.results[0]!;
        const bodies = attachments.map(({ name, body = '' }) => [
          name,
          Buffer.from(body, 'base64').toString(),
        ]);
        const error = errors.map(({ message }) => message).join('\n');
        return [title, { ok, error, attachments: Object.fromEntries(bodies) }] as const;
      }),
    ),
  );
}

test('a failed test keeps its conversations, a passed one nothing', async ({
  browser,
}, testInfo) => {
  test.setTimeout(90_000);
  const context = await browser.newContext();
  const page = await context.newPage();
  const outcomes = await run(testInfo.project.name, testInfo.outputPath('nested'));

  const failed = outcomes.fails!;
  expect(failed.ok).toBe(false);
  expect(failed.error).toContain('Received: still open');
  expect(Object.keys(failed.attachments)).toEqual(
    expect.arrayContaining([
      'websockets.txt',
      'websockets.html',
      'websockets.har',
      'websockets.pcapng',
    ]),
  );
  expect(failed.attachments['websockets.txt']).toContain('Sec-WebSocket-Accept');
  for (const body of Object.values(failed.attachments)) expect(body).not.toContain('s3cret');
  const har = JSON.parse(failed.attachments['websockets.har']!);
  expect(har.log.entries[0]).toHaveProperty('_webSocketMessages');

  const html = failed.attachments['websockets.html']!;
  const file = testInfo.outputPath('websockets.html');
  writeFileSync(file, html);
  await page.goto(pathToFileURL(file).href);
  await page.locator('td a').first().click();
  await expect(page.getByText('Sec-WebSocket-Version').first()).toBeVisible();
  await testInfo.attach('conversation page', {
    body: await page.screenshot(),
    contentType: 'image/png',
  });
  await context.close();

  expect(outcomes.passes).toMatchObject({ ok: true, attachments: {} });
  expect(outcomes['ends in the middle of a frame']).toMatchObject({ ok: true });
  expect(outcomes['has a server that throws']).toMatchObject({ ok: false });
  expect(outcomes['has a server that throws']!.error).toContain('a server of wire.route() failed');
  const judged = outcomes['has a server that breaks a rule']!;
  expect(judged.ok).toBe(false);
  expect(judged.error).toContain('MUST RFC 6455 §5.2 reserved-opcode');
});
