import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Clock } from './clock.ts';
import { readLimits } from './options.ts';

test('the clock advances in steps and skips time during which the process did not run', ({
  mock,
}) => {
  let time = 0;
  mock.method(performance, 'now', () => time);
  mock.timers.enable({ apis: ['setInterval'] });
  const seen: number[] = [];
  const clock = new Clock(readLimits({ closeTimeout: 800 }), () => seen.push(clock.now));
  const pass = (milliseconds: number) => {
    time += milliseconds;
    mock.timers.tick(100);
  };
  pass(100);
  clock.start();
  clock.start();
  pass(100);
  pass(150);
  pass(60_000);
  clock.stop();
  pass(100);
  clock.start();
  pass(100);
  assert.deepEqual(seen, [100, 250, 450, 550]);
  clock.stop();
});
