import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { deathOf } from './death.ts';

function runNode(program: string): [how: string, output: string] {
  const { status, signal, stderr } = spawnSync(process.execPath, ['-e', program], {
    encoding: 'utf8',
  });
  return [signal ? `was ended by ${signal}` : `exited with code ${status}`, stderr];
}

test('an uncaught error of the program is a crash, and its message is kept', () => {
  assert.equal(
    deathOf(...runNode('undefined.length')),
    "its process exited with code 1: TypeError: Cannot read properties of undefined (reading 'length')",
  );
  assert.match(
    deathOf(...runNode('Promise.reject(new RangeError("too far"))'))!,
    /RangeError: too far/,
  );
  assert.equal(deathOf(...runNode('process.abort()')), 'its process was ended by SIGABRT');
});

test('a program that ends because its connection failed has not crashed', () => {
  for (const program of [
    'process.exit(0)',
    'console.error("Node.js v20.0.0\\nTypeError: caught and printed"); process.exit(0)',
    'process.exit(1)',
    'console.error("TypeError: said, not thrown"); process.exit(1)',
    // As `ws` emits what a server did wrong.
    'new (require("node:events"))().emit("error", new RangeError("Invalid WebSocket frame"))',
    // The timer keeps the program alive until its signal arrives; it is never reached.
    'process.kill(process.pid, "SIGTERM"); setTimeout(() => {}, 60_000)',
  ]) {
    assert.equal(deathOf(...runNode(program)), undefined, program);
  }
});

test('crashes of other runtimes are recognised, and signals reported by shells', () => {
  for (const [how, output, expected] of [
    ['exited with code 139', '', 'its process exited with code 139 (SIGSEGV)'],
    ['exited with code 101', "thread 'main' panicked at src/main.rs:3:5:\nboom", /panicked at src/],
    ['exited with code 2', 'panic: boom\n\ngoroutine 1 [running]:', /code 2: panic: boom/],
    [
      'exited with code 1',
      'Traceback (most recent call last):\n  x\nIndexError: list',
      /IndexError/,
    ],
    ['exited with code 1', 'error: Uncaught (in promise) TypeError: a is b', /: TypeError: a is b/],
  ] as const) {
    const death = deathOf(how, output)!;
    if (typeof expected === 'string') assert.equal(death, expected);
    else assert.match(death, expected);
  }
  const refused =
    'Traceback (most recent call last):\n  x\nwebsockets.exceptions.ConnectionClosedError: 1006';
  assert.equal(deathOf('exited with code 1', refused), undefined);
  assert.equal(deathOf('exited with code 143', ''), undefined);
});
