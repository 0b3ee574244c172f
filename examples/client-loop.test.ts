/** Runs the loop as a unit test, with `ws` as the global WebSocket, which Node 20 lacks. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

test('the client loop runs every served case, then ends', () => {
  const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [
      ...['--import', 'tsx', at('../conformance/cli.ts'), 'client', '--port', '0'],
      ...['--only', 'fragmentation', '--only', 'response/wrong-accept', '--'],
      ...[process.execPath, '--import', new URL('ws-as-global.mjs', import.meta.url).href],
      ...[at('client-loop.mjs'), '{url}', 'ws'],
    ],
    { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1', GITHUB_ACTIONS: '' } },
  );
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, /^(\d+) cases in [\d.]+ s: \1 passed · as expected$/m);
});
