/** Starts the local WebDriver servers: WebKitGTK's, with a separate display, and Safari's. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { ProcessScopeWithFolder } from '../processes/process-scope.ts';
import { within } from './deadline.ts';
import type { Found } from './find.ts';
import type { Json, LaunchOptions } from './session.ts';

/** A server that creates sessions, and the capabilities that request its browser. */
export interface WebDriverServer {
  readonly url: string;
  readonly capabilities: Record<string, Json>;
}

const displayMilliseconds = 20_000;
const readyMilliseconds = 20_000;
const pollMilliseconds = 20;
const portAttempts = 5;

export async function startWebKitGTK(
  found: Extract<Found, { control: 'webkitgtk' }>,
  processScope: ProcessScopeWithFolder,
  options: LaunchOptions,
): Promise<WebDriverServer> {
  const display =
    found.xvfb && (options.headless ?? true)
      ? await startDisplay(found.xvfb, processScope)
      : process.env.DISPLAY;
  if (!display) throw new Error('No display: set DISPLAY, or launch headless.');
  const url = await startServer(processScope, found.driver, (port) => [`--port=${port}`], {
    DISPLAY: display,
    // Nothing of the user's is read or changed: settings, caches, accessibility bus.
    HOME: processScope.directory,
    XDG_CACHE_HOME: processScope.directory,
    XDG_CONFIG_HOME: processScope.directory,
    XDG_DATA_HOME: processScope.directory,
    GSETTINGS_BACKEND: 'memory',
    GIO_USE_VFS: 'local',
    NO_AT_BRIDGE: '1',
    // Layers are meant for a graphics card; without one they double the cost of painting.
    WEBKIT_DISABLE_COMPOSITING_MODE: '1',
  });
  // Never `--headless` here: the session request would hang forever.
  const browserOptions = { binary: found.executable, args: ['--automation'] };
  return {
    url,
    capabilities: { browserName: 'MiniBrowser', 'webkitgtk:browserOptions': browserOptions },
  };
}

export async function startSafariDriver(
  found: Extract<Found, { control: 'safaridriver' }>,
  processScope: ProcessScopeWithFolder,
): Promise<WebDriverServer> {
  const url = await startServer(processScope, found.driver, (port) => ['--port', String(port)], {});
  return { url, capabilities: { browserName: 'safari' } };
}

/** Xvfb finds a free display and prints its number. */
async function startDisplay(xvfb: string, processScope: ProcessScopeWithFolder): Promise<string> {
  const screen = ['-screen', '0', '1280x1024x24', '-nolisten', 'tcp'];
  const child = processScope.start(xvfb, ['-displayfd', '3', ...screen], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  child.unref();
  const numbers = child.stdio[3] as Readable;
  const [number] = (await within(
    displayMilliseconds,
    'Xvfb',
    Promise.race([once(createInterface({ input: numbers }), 'line'), failureOf(child, xvfb)]),
  )) as [string];
  numbers.destroy();
  return `:${number}`;
}

/** These drivers cannot choose a port. One that finds its port taken ends; the next is tried. */
async function startServer(
  processScope: ProcessScopeWithFolder,
  driver: string,
  argumentsFor: (port: number) => string[],
  env: Record<string, string>,
): Promise<string> {
  let failure: unknown;
  for (let attempt = 0; attempt < portAttempts; attempt++) {
    const port = await freePort();
    const child = processScope.start(driver, argumentsFor(port), { stdio: 'ignore', env });
    child.unref();
    const url = `http://127.0.0.1:${port}`;
    try {
      await within(
        readyMilliseconds,
        driver,
        Promise.race([ready(url, child), failureOf(child, driver)]),
      );
      return url;
    } catch (error) {
      failure = error;
    }
  }
  throw new Error(`${driver} did not open a port`, { cause: failure });
}

async function ready(url: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    const answer = await fetch(`${url}/status`).catch(() => undefined);
    const status = (await answer?.json().catch(() => undefined)) as { value?: { ready?: boolean } };
    if (status?.value?.ready) return;
    await pause(pollMilliseconds);
  }
  throw new Error('it ended');
}

/** Rejects when the process cannot start or ends. */
async function failureOf(child: ChildProcess, command: string): Promise<never> {
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  throw new Error(`${command} ended (${signal ?? `exit code ${code}`})`);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === 'string') throw new Error('no TCP port');
  return address.port;
}
