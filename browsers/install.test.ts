import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('install.ts', import.meta.url));

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command with this environment in place of the one that finds or downloads browsers. */
function install(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const env = { ...process.env, ...environment };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...process.execArgv, script, ...args],
      { env },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}

test('prints nothing when nothing is missing', async () => {
  const found = { FRAMEWRIGHT_CHROMIUM: process.execPath, PATH: '' };
  assert.deepEqual(await install(['chromium'], found), { code: 0, stdout: '', stderr: '' });
});

test('prints what is still missing and what to do when nothing can be downloaded', async () => {
  const nowhere = {
    PATH: '',
    PLAYWRIGHT_BROWSERS_PATH: '/nonexistent',
    PLAYWRIGHT_DOWNLOAD_HOST: 'http://127.0.0.1:1',
  };
  const { code, stdout, stderr } = await install(['chromium'], nowhere);
  assert.equal(code, 1);
  assert.match(
    stdout,
    /^Missing: chromium\. Trying Playwright's builds …\n.*cannot be downloaded.*\n$/,
  );
  assert.match(
    stderr,
    /Still missing: chromium\.\nInstall Chromium.*, then run: npm run browsers\n$/,
  );
});

test('explains invalid arguments', async () => {
  const { code, stderr } = await install(['opera']);
  assert.equal(code, 2);
  assert.match(stderr, /^There is no engine called opera\.\n\nnpm run browsers/);
});
