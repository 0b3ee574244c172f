/**
 * `npm run pictures [results.json …]`: regenerates docs/pictures/ from real runs in a real browser.
 * Without results, it runs the test suite against the servers that the benchmark installs, which
 * takes some minutes.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { launch } from '../browsers/launch.ts';
import type { Tab } from '../browsers/session.ts';
import { renderBadgeSvg } from '../conformance/report/badge.ts';
import { renderHtml } from '../conformance/report/html.ts';
import { readResults } from '../conformance/results/read-results.ts';
import type { Run } from '../conformance/results/results.ts';

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const pictures = at('docs/pictures');
const bench = at('bench');
const work = mkdtempSync(join(tmpdir(), 'framewright-pictures-'));

/**
 * In the order of the columns: each as `framewright server … -- command`, from the root of the
 * checkout, so that the pictures show no path of the machine that took them.
 */
const targets: readonly (readonly [name: string, installed: string, ...command: string[]])[] = [
  ['Framewright', '..', 'node', '--import', 'tsx', 'bench/peers/framewright.ts'],
  ['ws', 'ws', 'node', 'bench/peers/ws.mjs'],
  ['Bun', 'bun', 'bench/node_modules/.bin/bun', 'bench/peers/bun.mjs'],
  ['Deno', 'deno', 'bench/node_modules/.bin/deno', 'run', '-A', 'bench/peers/deno.mjs'],
  ['websocket', 'websocket', 'node', 'bench/peers/websocket.mjs'],
  ['faye-websocket', 'faye-websocket', 'node', 'bench/peers/faye-websocket.mjs'],
];

function play(): string[] {
  if (!existsSync(join(bench, 'node_modules'))) {
    execFileSync('npm', ['ci', '--prefix', bench], { stdio: 'inherit' });
  }
  return targets.map(([name, installed, ...command]) => {
    const out = join(work, `${name}.json`);
    const manifest =
      installed === '..'
        ? at('package.json')
        : join(bench, 'node_modules', installed, 'package.json');
    const version = execFileSync(process.execPath, [
      '-p',
      `require(${JSON.stringify(manifest)}).version`,
    ]);
    const named = ['--name', name, '--target-version', version.toString().trim()];
    const words = ['server', 'ws://127.0.0.1:0/', ...named, '--out', out, '--'];
    const cli = ['--import', 'tsx', at('conformance/cli.ts')];
    const { status } = spawnSync(
      process.execPath,
      [...cli, ...words, ...command, '{port}', '--deflate'],
      { cwd: at('.'), stdio: ['ignore', 'ignore', 'inherit'] },
    );
    // 1: some cases failed, which is what the picture shows.
    if (status !== 0 && status !== 1) throw new Error(`${name} could not be run`);
    return out;
  });
}

/** A cell worth opening: its fault comes after the heads. */
function brokenCell(runs: readonly Run[]): string {
  for (const { target, results } of runs) {
    const result = results.find(
      ({ verdict, at }) => verdict === 'fail' && at?.from === 'server' && at.offset > 0,
    );
    if (result) return `#${result.id}/${target.name.toLowerCase()}`;
  }
  throw new Error('no case failed in these results');
}

async function take(tab: Tab, name: string): Promise<void> {
  writeFileSync(join(pictures, `${name}.png`), await tab.screenshot());
  console.log(`docs/pictures/${name}.png`);
}

/** Until the page shows it; the call's own deadline limits the wait. */
const shows = (tab: Tab, selector: string) =>
  tab.evaluate(
    (wanted) =>
      new Promise<void>((resolve) => {
        const look = () =>
          document.querySelector(wanted) ? resolve() : void requestAnimationFrame(look);
        look();
      }),
    selector,
  );

const click = (tab: Tab, selector: string) =>
  tab.evaluate((wanted) => document.querySelector<HTMLElement>(wanted)?.click(), selector);

/** Leaves a little of the content above. */
const scrollTo = (tab: Tab, selector: string) =>
  tab.evaluate((wanted) => {
    const found = document.querySelector<HTMLElement>(wanted);
    if (found) found.style.scrollMarginTop = '4rem';
    found?.scrollIntoView({ block: 'start' });
  }, selector);

async function pictureReport(tab: Tab, runs: readonly Run[]): Promise<void> {
  const path = join(work, 'report.html');
  writeFileSync(path, renderHtml(runs));
  const { href } = pathToFileURL(path);
  await tab.open(`${href}#?verdict=fail`);
  await shows(tab, '#matrix td a');
  await scrollTo(tab, '#filters');
  await take(tab, 'report-matrix');
  await tab.open('about:blank');
  await tab.open(`${href}${brokenCell(runs)}`);
  await shows(tab, 'dialog[open] .timeline');
  await tab.evaluate(() => {
    for (const details of document.querySelectorAll<HTMLDetailsElement>('.timeline details')) {
      details.open = details.closest('.marked') !== null;
    }
  });
  await scrollTo(tab, 'dialog .sides');
  await take(tab, 'report-conversation');
}

async function pictureServers(tab: Tab): Promise<void> {
  const dev = spawn(
    process.execPath,
    ['--import', 'tsx', at('server/main.ts'), '--http-port', '0', '--ws-port', '0'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    const [page, socket] = await addresses(dev.stdout);
    await tab.open(`${page}?${new URLSearchParams({ server: socket })}`);
    await shows(tab, '[data-testid=entry]:nth-of-type(2)');
    await take(tab, 'page');
    await tab.open(`${page}inspector`);
    await shows(tab, '[data-testid=target]');
    await tab.evaluate((address) => {
      const field = document.querySelector<HTMLInputElement>('[data-testid=target]');
      if (field) field.value = address;
    }, socket);
    await click(tab, '[data-testid=connect]');
    await shows(tab, '[data-testid=send-text]:enabled');
    await click(tab, '[data-testid=send-text]');
    await shows(tab, '[data-testid=frame][data-from=server]');
    await click(tab, '[data-testid=frame][data-from=client]');
    await scrollTo(tab, '.timeline-bar');
    await take(tab, 'inspector');
  } finally {
    dev.kill('SIGINT');
    await once(dev, 'exit');
  }
}

/** The addresses that `npm run dev` prints: the page, and the WebSocket server. */
async function addresses(output: NodeJS.ReadableStream): Promise<[page: string, socket: string]> {
  let [page, socket] = ['', ''];
  for await (const line of createInterface({ input: output })) {
    page ||= /http:\/\/[\w.:]+\//.exec(line)?.[0] ?? '';
    socket ||= /ws:\/\/[\w.:]+\//.exec(line)?.[0] ?? '';
    if (page && socket) break;
  }
  return [page, socket];
}

mkdirSync(pictures, { recursive: true });
const given = process.argv.slice(2);
const files = given.length > 0 ? given : play();
const runs = (await Promise.all(files.map(readResults))).flatMap((results) => results.runs);
const ws = runs.filter(({ target }) => target.name === 'ws');
if (ws.length > 0) {
  writeFileSync(join(pictures, 'badge.svg'), renderBadgeSvg(ws));
  console.log('docs/pictures/badge.svg');
}
const session = await launch('chromium');
try {
  const tab = await session.newTab();
  await pictureReport(tab, runs);
  await pictureServers(tab);
} finally {
  await session.close();
  rmSync(work, { recursive: true });
}
