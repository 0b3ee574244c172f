/** Everything started in a process scope ends with its owner, however the owner ends. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('testing/owner.ts', import.meta.url));
const onLinux = {
  skip: process.platform !== 'linux' && 'separate sessions are found in /proc',
  timeout: 120_000,
};

/** A zombie has ended, and waits to be reaped. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return false;
  }
}

for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
  test(
    `an owner ended by ${signal} leaves no children behind, even in separate sessions`,
    onLinux,
    async () => {
      const owner = spawn(process.execPath, ['--import', 'tsx', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const pids: number[] = [];
      for await (const line of createInterface({ input: owner.stdout })) {
        pids.push(Number(line));
        if (pids.length === 3) break;
      }
      assert.ok(pids.every(isRunning), 'three processes are running');
      owner.kill(signal);
      while (pids.some(isRunning)) await pause(20);
    },
  );
}
