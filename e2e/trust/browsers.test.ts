/** The trust script leaves no process running when it is killed. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('browsers.ts', import.meta.url));

const read = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
};

/** The processes with this text in their environment. */
const running = (mark: string): string[] =>
  readdirSync('/proc').filter(
    (pid) => /^\d+$/.test(pid) && read(`/proc/${pid}/environ`).includes(mark),
  );

test('SIGTERM ends its busy loops and the current run', {
  skip: process.platform !== 'linux' && 'reads /proc',
  timeout: 120_000,
}, async (t) => {
  const mark = randomUUID();
  const args = ['--import', 'tsx', script, 'chromium', '1', '--busy', '2'];
  const env = { ...process.env, FRAMEWRIGHT_MARK: mark };
  const child = spawn(process.execPath, args, { env, stdio: 'ignore' });
  const ended = once(child, 'exit');
  t.after(() => {
    for (const pid of running(mark)) process.kill(Number(pid), 'SIGKILL');
  });
  const isUp = () => {
    const commands = running(mark).map((pid) => read(`/proc/${pid}/cmdline`));
    const loops = commands.filter((command) => command.includes('for (;;);'));
    return loops.length === 2 && commands.some((command) => command.includes('cli.ts'));
  };
  while (!isUp()) {
    assert.equal(child.exitCode, null, 'it ended before it was killed');
    await pause(20);
  }
  child.kill('SIGTERM');
  await ended;
  while (running(mark).length > 0) await pause(20);
});
