/** Runs the Playwright example as a unit test; it needs no browser. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

test('the Playwright example passes', () => {
  const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const cli = at('../node_modules/@playwright/test/cli.js');
  const config = at('playwright.config.ts');
  const { stdout, status } = spawnSync(process.execPath, [cli, 'test', '--config', config], {
    encoding: 'utf8',
    env: { ...process.env, GITHUB_ACTIONS: '' },
  });
  assert.equal(status, 0, stdout);
  assert.match(stdout, /\d+ passed/);
});
