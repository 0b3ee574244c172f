import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { test } from 'node:test';
import { cpuMicros, residentBytes } from './process-cost.ts';

/** Burns CPU on two threads until its own clock shows 400 ms, and prints the clock. */
const burner = `
  const { Worker } = require('node:worker_threads');
  const half = 'const s = performance.now(); while (performance.now() - s < 100);';
  const worker = new Worker(half + 'setInterval(() => {}, 1e6)', { eval: true });
  worker.on('online', () => {
    const used = () => { const { user, system } = process.cpuUsage(); return user + system; };
    while (used() < 400_000);
    const ballast = Buffer.alloc(64 * 1024 * 1024, 1);
    console.log(used());
    setInterval(() => ballast, 1e6);
  });
`;

test('CPU time and memory match what the process measures', async () => {
  const child = spawn(process.execPath, ['-e', burner], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [said] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
    const own = Number(said);
    const ours = cpuMicros(child.pid!);
    // A tick of either clock (10 ms), and what the process used after printing.
    assert.ok(Math.abs(ours - own) < 0.15 * own, `${ours} µs against its own ${own} µs`);
    const resident = residentBytes(child.pid!);
    assert.ok(resident > 64 * 1024 * 1024 && resident < 1024 ** 3, `${resident} bytes`);
  } finally {
    child.kill('SIGKILL');
  }
});

test('a process that has ended is an error', () => {
  assert.throws(() => cpuMicros(2 ** 30));
  assert.throws(() => residentBytes(2 ** 30));
});
