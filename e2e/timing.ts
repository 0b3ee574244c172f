/**
 * `npm run e2e:timing`: how long the e2e run takes beside what cannot be saved, the bare launches of
 * the three engines one after another. Arguments go to Playwright. The exit code is Playwright's.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { describeSession, launch } from '../browsers/engine.ts';
import { engines } from '../browsers/find.ts';

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;

let launches = 0;
const names: string[] = [];
for (const engine of engines) {
  const start = performance.now();
  const session = await launch(engine);
  const took = performance.now() - start;
  await session.close();
  launches += took;
  names.push(`${engine} ${seconds(took)}`);
  console.log(`launched ${describeSession(session)} in ${seconds(took)}`);
}

const start = performance.now();
const playwright = createRequire(import.meta.url).resolve('@playwright/test/cli');
const { status } = spawnSync(
  process.execPath,
  [playwright, 'test', '--reporter=dot', ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
const run = performance.now() - start;
console.log(
  `e2e ${seconds(run)}; launches: ${names.join(' + ')} = ${seconds(launches)}; ` +
    `ratio ${(run / launches).toFixed(2)}`,
);
process.exitCode = status ?? 1;
