/**
 * `npm run browsers [engine…]`: installs the engines that this machine lacks. Playwright's installer
 * first, then the system's packages. Prints nothing if nothing is missing.
 */
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { type Engine, engines, find, type Provider } from './find.ts';
import { describeSession, launch } from './launch.ts';
import { installSystemPackages, packageAdvice } from './system-packages.ts';

const help = `npm run browsers [-- [--verify] [chromium] [firefox] [webkit]]

Installs the browsers that are missing: Playwright's own builds if they can be downloaded, else
the packages of the system (apt-get; as root or with sudo). Without names: all three.

  --verify  start each browser, and show its version and how long the start took
  --help    this text

Browsers installed elsewhere: FRAMEWRIGHT_CHROMIUM and FRAMEWRIGHT_FIREFOX are executables,
FRAMEWRIGHT_WEBDRIVER_URL is a WebDriver server for all engines.
Exit codes: 0 all installed, 1 something is still missing, 2 invalid arguments.`;

/** `FRAMEWRIGHT_WEBDRIVER_URL` serves all engines: then nothing needs to be installed here. */
function isMissing(engine: Engine): boolean {
  return !process.env.FRAMEWRIGHT_WEBDRIVER_URL && 'missing' in find(engine);
}

/** Runs the installer of the Playwright package. Returns the reason if it fails. */
async function playwrightInstall(...args: string[]): Promise<string | undefined> {
  const manifest = createRequire(import.meta.url).resolve('playwright/package.json');
  const cli = join(dirname(manifest), 'cli.js');
  const env = { PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '10000', ...process.env };
  try {
    await promisify(execFile)(process.execPath, [cli, ...args], { env });
    return undefined;
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    return stderr?.split('\n').find((line) => line.startsWith('Error: ')) ?? message;
  }
}

/** Starts and closes the engine. Returns a line with the outcome, or the error. */
async function verify(engine: Engine, provider?: Provider): Promise<string | Error> {
  const start = performance.now();
  try {
    const session = await launch(engine, provider ? { provider } : {});
    const milliseconds = Math.round(performance.now() - start);
    await session.close();
    return `${engine}: ${describeSession(session)}, started in ${milliseconds} ms`;
  } catch (error) {
    return error as Error;
  }
}

async function installPlaywrightBuilds(missing: readonly Engine[]): Promise<void> {
  console.log(`Missing: ${missing.join(', ')}. Trying Playwright's builds …`);
  const failure = await playwrightInstall('install', '--no-shell', ...missing);
  if (failure) {
    console.log(`Playwright's builds cannot be downloaded here (${failure}).`);
    return;
  }
  for (const engine of missing) {
    if (!((await verify(engine, 'playwright')) instanceof Error)) continue;
    console.log(`Playwright's ${engine} does not start; installing the libraries it needs …`);
    const reason = await playwrightInstall('install-deps', engine);
    if (reason) console.log(`That failed: ${reason}`);
  }
}

async function install(wanted: readonly Engine[]): Promise<boolean> {
  const missing = wanted.filter(isMissing);
  if (missing.length === 0) return true;
  await installPlaywrightBuilds(missing);
  const rest = missing.filter(isMissing);
  if (rest.length > 0) await installSystemPackages(rest);
  const lacking = missing.filter(isMissing);
  if (lacking.length > 0) {
    console.error(`\nStill missing: ${lacking.join(', ')}.\n${packageAdvice(lacking)}`);
    return false;
  }
  return report(missing);
}

/** Starts each engine and prints the outcome. */
async function report(started: readonly Engine[]): Promise<boolean> {
  const failed: Engine[] = [];
  for (const engine of started) {
    const outcome = await verify(engine);
    if (outcome instanceof Error) {
      failed.push(engine);
      console.error(`${engine}: ${outcome.message}`);
    } else {
      console.log(outcome);
    }
  }
  if (failed.length > 0) {
    console.error(
      `\nInstalled, but does not start: ${failed.join(', ')}.\n${packageAdvice(failed)}`,
    );
  }
  return failed.length === 0;
}

function readArguments(): { wanted: readonly Engine[]; verify: boolean } {
  try {
    const { values, positionals } = parseArgs({
      options: { verify: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
    if (values.help) {
      console.log(help);
      process.exit(0);
    }
    const unknown = positionals.find((name) => !engines.some((engine) => engine === name));
    if (unknown) throw new Error(`There is no engine called ${unknown}.`);
    const named = engines.filter((engine) => positionals.includes(engine));
    return { wanted: named.length > 0 ? named : engines, verify: values.verify ?? false };
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${help}`);
    process.exit(2);
  }
}

const { wanted, verify: wantsProof } = readArguments();
const complete = await install(wanted);
const proven = complete && (!wantsProof || (await report(wanted)));
process.exitCode = proven ? 0 : 1;
