import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { launch } from './launch.ts';

/** Prints its WebDriver address, as Firefox does, and then ignores every command. */
const mute = `#!${process.execPath}
require('node:net').createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1', function () {
  console.error('WebDriver BiDi listening on ws://127.0.0.1:' + this.address().port);
});
`;

test('a browser that starts but answers no command is reported as not started', {
  skip: process.platform === 'win32' && 'needs a script that can be started',
  timeout: 30_000,
}, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'framewright-mute-'));
  const executable = join(folder, 'firefox.cjs');
  await writeFile(executable, mute);
  await chmod(executable, 0o755);
  process.env.FRAMEWRIGHT_FIREFOX = executable;
  t.after(async () => {
    delete process.env.FRAMEWRIGHT_FIREFOX;
    await rm(folder, { recursive: true });
  });
  await assert.rejects(launch('firefox', { provider: 'system', launchTimeout: 2000 }), {
    message: /^\S+firefox\.cjs did not start \(/,
  });
});
