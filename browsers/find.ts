/**
 * Where a machine has its browsers. Order: Playwright's own builds, then the system's.
 * Only looks at files and starts nothing, so that a lookup is cheap.
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { isInstalled, type OptionalPackage } from './optional-packages.ts';
import { playwright } from './playwright-library.ts';

/** A browser engine. WebKit is WebKitGTK on Linux and Safari on macOS. */
export type Engine = 'chromium' | 'firefox' | 'webkit';

export const engines = ['chromium', 'firefox', 'webkit'] as const satisfies readonly Engine[];

/** Where a browser comes from: Playwright's builds, this machine, or a WebDriver server. */
export type Provider = 'playwright' | 'system' | 'remote';

/** A browser on this machine and what drives it. */
export type Found = {
  readonly engine: Engine;
  readonly provider: Exclude<Provider, 'remote'>;
} & (
  | { readonly control: 'playwright'; readonly executable: string }
  | {
      readonly control: 'webkitgtk';
      readonly executable: string;
      readonly driver: string;
      readonly xvfb?: string;
    }
  | { readonly control: 'safaridriver'; readonly driver: string }
);

/** What a lookup depends on; tests use an empty machine. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly architecture: string;
  readonly environment: NodeJS.ProcessEnv;
  isExecutable(path: string): boolean;
  /** Where Playwright would have put its own build; undefined if Playwright is not installed. */
  playwrightBuild(engine: Engine): string | undefined;
}

const thisMachine: Machine = {
  platform: process.platform,
  architecture: process.arch,
  environment: process.env,
  isExecutable(path) {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  },
  playwrightBuild: (engine) =>
    isInstalled('playwright') ? playwright()[engine].executablePath() : undefined,
};

/** In a checkout, our own installer, which can also install system packages; else Playwright's. */
export const installCommand = import.meta.url.endsWith('.ts')
  ? 'npm run browsers'
  : 'npx playwright install --with-deps';

/** An engine that this machine lacks, and the places where it was looked for. */
export interface AbsentEngine {
  readonly engine: Engine;
  readonly missing: readonly string[];
}

export class MissingBrowser extends Error {
  override name = 'MissingBrowser';
  constructor(absent: readonly AbsentEngine[]) {
    const sentences = absent.map(
      ({ engine, missing }) =>
        `No ${engine} on this machine. Not found: ${missing.join(', ')}.\n` +
        `Install it with: ${installCommand} ${engine}`,
    );
    super(sentences.join('\n'));
  }
}

/** Only Playwright installs an engine that is not there. */
export function packageFor(found: Found | { missing: readonly string[] }): OptionalPackage {
  return 'missing' in found || found.control === 'playwright' ? 'playwright' : 'selenium-webdriver';
}

/** The first provider that has the engine, or the list of what was not found. */
export function find(
  engine: Engine,
  provider?: Provider,
  machine: Machine = thisMachine,
): Found | { missing: string[] } {
  const missing: string[] = [];
  if (provider !== 'system') {
    const executable = machine.playwrightBuild(engine);
    if (executable !== undefined && machine.isExecutable(executable)) {
      return { engine, provider: 'playwright', control: 'playwright', executable };
    }
    missing.push(`Playwright's build (${executable ?? 'playwright is not installed'})`);
  }
  if (provider !== 'playwright') {
    const found = findOfSystem(engine, machine, missing);
    if (found) return found;
  }
  return { missing };
}

function findOfSystem(engine: Engine, machine: Machine, missing: string[]): Found | undefined {
  if (engine === 'webkit') {
    return machine.platform === 'darwin'
      ? findSafariDriver(machine, missing)
      : findWebKitGTK(machine, missing);
  }
  const named = machine.environment[`FRAMEWRIGHT_${engine.toUpperCase()}`];
  const executable = named ? only(named, machine) : firstOf(places(engine, machine), machine);
  if (executable) return { engine, provider: 'system', control: 'playwright', executable };
  missing.push(named ?? `${commands[engine].join(' or ')} on PATH`);
  return undefined;
}

const commands = {
  chromium: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'],
  firefox: ['firefox', 'firefox-esr'],
};

/** Candidates in order: PATH first, then the usual places of installers. */
function places(engine: 'chromium' | 'firefox', machine: Machine): string[] {
  const { environment, platform } = machine;
  const onPath = commands[engine].flatMap((command) => pathOf(command, machine));
  if (platform === 'darwin') {
    const applications = ['/Applications', join(environment.HOME ?? '/', 'Applications')];
    const bundles =
      engine === 'chromium'
        ? ['Google Chrome.app/Contents/MacOS/Google Chrome', 'Chromium.app/Contents/MacOS/Chromium']
        : ['Firefox.app/Contents/MacOS/firefox'];
    return [...onPath, ...applications.flatMap((folder) => bundles.map((b) => join(folder, b)))];
  }
  if (platform === 'win32') {
    const folders = [
      environment.PROGRAMFILES,
      environment['PROGRAMFILES(X86)'],
      environment.LOCALAPPDATA,
    ].filter((folder) => folder !== undefined);
    const program =
      engine === 'chromium'
        ? 'Google\\Chrome\\Application\\chrome.exe'
        : 'Mozilla Firefox\\firefox.exe';
    return [...onPath, ...folders.map((folder) => join(folder, program))];
  }
  return onPath;
}

function findSafariDriver(machine: Machine, missing: string[]): Found | undefined {
  const driver = firstOf(['/usr/bin/safaridriver'], machine);
  if (driver) return { engine: 'webkit', provider: 'system', control: 'safaridriver', driver };
  missing.push('/usr/bin/safaridriver');
  return undefined;
}

function findWebKitGTK(machine: Machine, missing: string[]): Found | undefined {
  const browsers = miniBrowserPlaces(machine);
  const driver = firstOf(pathOf('WebKitWebDriver', machine), machine);
  const executable = firstOf(browsers, machine);
  const xvfb = firstOf(pathOf('Xvfb', machine), machine);
  if (driver && executable && (xvfb || machine.environment.DISPLAY)) {
    const display = xvfb ? { xvfb } : {};
    return {
      engine: 'webkit',
      provider: 'system',
      control: 'webkitgtk',
      driver,
      executable,
      ...display,
    };
  }
  if (!driver) missing.push('WebKitWebDriver on PATH');
  if (!executable) missing.push(`MiniBrowser (such as ${browsers[0]})`);
  if (!xvfb) missing.push('Xvfb on PATH');
  return undefined;
}

/** MiniBrowser is not a command: each distribution installs it next to WebKit's own processes. */
function miniBrowserPlaces(machine: Machine): string[] {
  const triplet = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' }[machine.architecture];
  const roots = [
    `/usr/lib/${triplet}`,
    '/usr/libexec',
    '/usr/lib64',
    '/usr/lib',
    '/usr/local/libexec',
  ];
  const releases = ['webkit2gtk-4.1', 'webkitgtk-6.0', 'webkit2gtk-4.0'];
  return roots.flatMap((root) => releases.map((release) => join(root, release, 'MiniBrowser')));
}

function pathOf(command: string, machine: Machine): string[] {
  const file = machine.platform === 'win32' ? `${command}.exe` : command;
  return (machine.environment.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, file));
}

function firstOf(paths: readonly string[], machine: Machine): string | undefined {
  return paths.find((path) => machine.isExecutable(path));
}

function only(path: string, machine: Machine): string | undefined {
  return firstOf([path], machine);
}
