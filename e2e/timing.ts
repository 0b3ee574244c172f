/**
 * `npm run e2e:timing [files…]`: how long an e2e run takes compared with its lower bound, the bare
 * launches of the three engines one after another. Two figures per engine:
 *
 * - launch: until `launch()` gives a session, so until the browser answers its first command;
 * - life: launch, a first tab, the first page loaded in it, and the end of all processes.
 *
 * What happens before the first test is shown too: Playwright, its workers and the servers, without
 * a browser. Arguments go to Playwright. The exit code is Playwright's.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { engines } from '../browsers/find.ts';
import { measureLaunch, servePage } from './measure-launch.ts';

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;

/** Runs Playwright; returns the duration in milliseconds and the exit code. */
function play(args: readonly string[]): { took: number; status: number } {
  const cli = createRequire(import.meta.url).resolve('@playwright/test/cli');
  const start = performance.now();
  const { status } = spawnSync(process.execPath, [cli, 'test', '--reporter=dot', ...args], {
    stdio: 'inherit',
  });
  return { took: performance.now() - start, status: status ?? 1 };
}

const args = process.argv.slice(2);

const page = await servePage();
let launches = 0;
let lives = 0;
for (const engine of engines) {
  const { name, bare, ended } = await measureLaunch(engine, page.url);
  console.log(`${name}: launch ${seconds(bare)}, with a page and its end ${seconds(ended)}`);
  launches += bare;
  lives += ended;
}
page.close();

const idle = play(['--grep', 'every wire rule is broken by some faulty peer']);
const { took, status } = play(args);
const times = (sum: number) => `${(took / sum).toFixed(2)} × ${seconds(sum)}`;
console.log(
  `${['playwright test', ...args].join(' ')}: ${seconds(took)}\n` +
    `  ${times(launches)}, the launches one after another\n` +
    `  ${times(lives)}, the launches with a first page and their ends\n` +
    `  ${seconds(idle.took)} of it with no browser: Playwright, its workers, the servers`,
);
process.exitCode = status;
