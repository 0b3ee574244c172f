/**
 * `npm run e2e:timing [files…]`: how long an e2e run takes beside what it cannot save, the bare
 * launches of the three engines one after another. Two figures per engine, as people mean either:
 *
 * - launch: until `launch()` gives a session, so until the browser answers its first command;
 * - life: launch, a first tab, the first page loaded in it, and the end of all processes.
 *
 * Without files it is `e2e/heart` that runs: the page, the server and the wire. What comes before
 * the first test is shown too: Playwright, its workers and the servers, with no browser.
 * Arguments go to Playwright. The exit code is Playwright's.
 */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { describeSession, launch } from '../browsers/engine.ts';
import { type Engine, engines } from '../browsers/find.ts';
import { createPageServer } from '../server/page-server.ts';

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;

/** What an engine costs that does nothing but show one page, in milliseconds. */
async function measure(engine: Engine, page: string): Promise<{ launch: number; life: number }> {
  const start = performance.now();
  const session = await launch(engine);
  const launched = performance.now() - start;
  await (await session.newTab()).open(page);
  await session.close();
  const life = performance.now() - start;
  const name = describeSession(session);
  console.log(`${name}: launch ${seconds(launched)}, with a page and its end ${seconds(life)}`);
  return { launch: launched, life };
}

/** Runs Playwright; gives milliseconds and the exit code. */
function play(args: readonly string[]): { took: number; status: number } {
  const cli = createRequire(import.meta.url).resolve('@playwright/test/cli');
  const start = performance.now();
  const { status } = spawnSync(process.execPath, [cli, 'test', '--reporter=dot', ...args], {
    stdio: 'inherit',
  });
  return { took: performance.now() - start, status: status ?? 1 };
}

const args = process.argv.slice(2);
const run = args.some((argument) => !argument.startsWith('-')) ? args : ['e2e/heart', ...args];

const server = createPageServer({ webSocketPort: 0 }).listen(0, '127.0.0.1');
await once(server, 'listening');
const page = `http://localhost:${(server.address() as AddressInfo).port}/mark.svg`;
let launches = 0;
let lives = 0;
for (const engine of engines) {
  const measured = await measure(engine, page);
  launches += measured.launch;
  lives += measured.life;
}
server.close();

const bare = play(['e2e/heart', '--grep', 'every rule about the wire is broken by somebody']);
const { took, status } = play(run);
const times = (sum: number) => `${(took / sum).toFixed(2)} × ${seconds(sum)}`;
console.log(
  `${run.join(' ')}: ${seconds(took)}\n` +
    `  ${times(launches)}, the launches one after another\n` +
    `  ${times(lives)}, the launches with a first page and their ends\n` +
    `  ${seconds(bare.took)} of it with no browser: Playwright, its workers, the servers`,
);
process.exitCode = status;
