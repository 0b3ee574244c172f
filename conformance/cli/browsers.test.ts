/** `framewright browsers` when a browser is missing or does not start. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { find } from '../../browsers/find.ts';
import { readResults } from '../results/read-results.ts';
import { type BuiltCli, buildCli } from '../testing/built-cli.ts';

let cli: BuiltCli;
let folder: string;

before(async () => {
  cli = await buildCli();
  folder = await mkdtemp(join(tmpdir(), 'framewright-browsers-'));
});

after(async () => {
  await rm(folder, { recursive: true });
});

const nowhere = '/no/such/browser';

test('missing engines are named before any case runs', async () => {
  const env = {
    PLAYWRIGHT_BROWSERS_PATH: nowhere,
    FRAMEWRIGHT_CHROMIUM: nowhere,
    FRAMEWRIGHT_FIREFOX: nowhere,
  };
  const { code, out, err } = await cli.start(['browsers', 'chromium', 'firefox'], env).ended;
  assert.deepEqual([code, out], [2, '']);
  for (const engine of ['chromium', 'firefox']) {
    // As in the package: our own install script is not there.
    const next = `Install it with: npx playwright install --with-deps ${engine}\n`;
    assert.match(err, new RegExp(`No ${engine} on this machine\\. [^\\n]*\\n${next}`));
  }
  assert.doesNotMatch(err, /fault|\n +at /);
});

test('a browser that does not start does not lose the results of another one', async () => {
  const chromium = find('chromium');
  assert.ok('executable' in chromium);
  const broken = join(folder, 'firefox');
  await writeFile(broken, '#!/bin/sh\nexit 127\n');
  await chmod(broken, 0o755);
  const path = join(folder, 'results.json');
  const env = {
    PLAYWRIGHT_BROWSERS_PATH: nowhere,
    FRAMEWRIGHT_CHROMIUM: chromium.executable,
    FRAMEWRIGHT_FIREFOX: broken,
  };
  const args = ['browsers', 'chromium', 'firefox', '--only', 'utf8/empty', '--no-baseline'];
  // From source, which contains the page.
  const source = fileURLToPath(new URL('../cli.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', source, ...args, '--out', path], {
    env: { ...process.env, ...env, GITHUB_ACTIONS: '' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let err = '';
  child.stderr.on('data', (bytes) => {
    err += bytes;
  });
  const [code] = await once(child, 'close');
  assert.equal(code, 2, err);
  assert.match(err, /framewright: firefox could not be started: .*firefox did not start/);
  const { runs } = await readResults(path);
  const seen = runs.map(({ end, results }) => [end.state, ...results.map((each) => each.verdict)]);
  assert.deepEqual(seen, [['complete', 'pass']]);
});
