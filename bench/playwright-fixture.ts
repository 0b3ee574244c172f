/**
 * `npm run bench:playwright -- [chromium|firefox] [rounds]`: what the recorder of
 * `framewright/playwright` costs. Each figure is a ratio of two contexts of one browser in the same
 * round, one of them recorded: opening a connection with one echo, 16 MiB of messages each way, and loading a
 * page. Medians over the rounds.
 */
import process from 'node:process';
import { type Browser, type BrowserContext, chromium, firefox } from 'playwright';
import { find } from '../browsers/find.ts';
import { startSite } from '../e2e/wire/site.ts';
import { Authority } from '../playwright-fixtures/proxy/authority.ts';
import { ExtendedConnectProbe } from '../playwright-fixtures/proxy/extended-connect.ts';
import { Wire } from '../playwright-fixtures/wire.ts';

const [engine = 'chromium', count = '9'] = process.argv.slice(2);
const rounds = Number(count);
if ((engine !== 'chromium' && engine !== 'firefox') || !(rounds > 0)) {
  console.error('usage: npm run bench:playwright -- [chromium|firefox] [rounds]');
  process.exit(2);
}
const found = find(engine);
if ('missing' in found || found.control !== 'playwright') throw new Error(`${engine} is missing`);

const authority = await Authority.create();
const site = await startSite();
const browser = await launch();

function launch(): Promise<Browser> {
  const isSystem = 'provider' in found && found.provider === 'system';
  const executable = isSystem && 'executable' in found ? { executablePath: found.executable } : {};
  return engine === 'firefox'
    ? firefox.launch({
        ...executable,
        ...(isSystem && { channel: 'moz-firefox' }),
        firefoxUserPrefs: { 'network.proxy.allow_hijacking_localhost': true },
      })
    : chromium.launch({ ...executable });
}

/** In ms; run in the page. */
const measures = {
  /** The mean of 30 connections, one after the other, each with an echo. */
  'open, echo, close': async (url: string) => {
    const start = performance.now();
    for (let count = 0; count < 30; count += 1) {
      await new Promise((resolve) => {
        const socket = new WebSocket(url);
        socket.onopen = () => socket.send('hello');
        socket.onmessage = () => socket.close();
        socket.onclose = resolve;
      });
    }
    return (performance.now() - start) / 30;
  },
  /** 64 messages of 256 KiB there and back, eight at a time. */
  '16 MiB each way': async (url: string) => {
    const socket = new WebSocket(url);
    await new Promise((resolve) => {
      socket.onopen = resolve;
    });
    const message = new Uint8Array(256 * 1024);
    crypto.getRandomValues(message.subarray(0, 65_536));
    const start = performance.now();
    await new Promise<void>((resolve) => {
      let [sent, received] = [8, 0];
      socket.onmessage = () => {
        received += 1;
        if (received === 64) resolve();
        else if (sent < 64) {
          sent += 1;
          socket.send(message);
        }
      };
      for (let count = 0; count < 8; count += 1) socket.send(message);
    });
    const time = performance.now() - start;
    socket.close();
    return time;
  },
};

type Figures = Record<string, number>;

async function figures(context: BrowserContext): Promise<Figures> {
  const page = await context.newPage();
  const start = performance.now();
  await page.goto(site.origin);
  const load = performance.now() - start;
  const ofPage: Figures = { 'load a page': load };
  for (const [name, measure] of Object.entries(measures)) {
    ofPage[name] = await page.evaluate(measure, site.socket);
  }
  await context.close();
  return ofPage;
}

async function recorded(): Promise<Figures> {
  const wire = new Wire(
    {
      authority,
      extendedConnect: new ExtendedConnectProbe(),
      intercept: 'websockets',
      extraHTTPHeaders: {},
      timeLeft: () => 30_000,
    },
    {},
  );
  const server = await wire.listen({}, engine === 'chromium');
  const bypass = engine === 'chromium' ? { bypass: '<-loopback>' } : {};
  const all = await figures(await browser.newContext({ proxy: { server, ...bypass } }));
  await wire.close();
  return all;
}

const median = (values: readonly number[]) =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!;

const pairs: { direct: Figures; recorded: Figures }[] = [];
for (let round = 0; round < rounds; round += 1) {
  const isEven = round % 2 === 0;
  const first = isEven ? await figures(await browser.newContext()) : await recorded();
  const second = isEven ? await recorded() : await figures(await browser.newContext());
  pairs.push(isEven ? { direct: first, recorded: second } : { direct: second, recorded: first });
}
await browser.close();
await site.close();

console.log(`| ${engine}, ${rounds} rounds | direct, ms | recorded, ms | ratio |`);
console.log('|---|---|---|---|');
for (const name of Object.keys(pairs[0]!.direct)) {
  const of = (side: 'direct' | 'recorded') => median(pairs.map((pair) => pair[side][name]!));
  const ratio = median(pairs.map((pair) => pair.recorded[name]! / pair.direct[name]!));
  console.log(
    `| ${name} | ${of('direct').toFixed(1)} | ${of('recorded').toFixed(1)} | ${ratio.toFixed(2)} |`,
  );
}
