/** Installs engines from system packages on Debian and its derivatives; gives advice elsewhere. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type Engine, installCommand } from './find.ts';

// Per engine: the required packages, each with its names in different distributions.
const aptPackages: Record<Engine, readonly (readonly string[])[]> = {
  chromium: [['chromium', 'chromium-browser']],
  firefox: [['firefox-esr', 'firefox']],
  webkit: [['webkit2gtk-driver', 'webkitgtk-webdriver'], ['xvfb']],
};

const quiet = { stdio: 'ignore' } as const;

/** Installs what it can and prints what it does. A new lookup shows whether it helped. */
export async function installSystemPackages(engines: readonly Engine[]): Promise<void> {
  await installPackages(engines.flatMap((engine) => aptPackages[engine]));
}

/** @param wanted for each package, its names in different distributions */
export async function installPackages(wanted: readonly (readonly string[])[]): Promise<void> {
  if (!isCommand('apt-get')) return;
  const privileges = rootPrefix();
  if (!privileges) {
    console.log("The system's packages need root, and sudo would ask for a password here.");
    return;
  }
  console.log("Reading the system's package lists …");
  await run([...privileges, 'apt-get', 'update', '-qq']);
  const packages = wanted.map(firstAvailable);
  console.log(`Installing ${packages.join(', ')} …`);
  const options = ['-y', '-qq', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120'];
  const environment = ['env', 'DEBIAN_FRONTEND=noninteractive'];
  await run([...privileges, ...environment, 'apt-get', 'install', ...options, ...packages]);
}

/** What a user can do: a single command if possible. */
export function packageAdvice(engines: readonly Engine[]): string {
  if (isCommand('apt-get')) {
    const packages = engines.flatMap((engine) => aptPackages[engine].map(([name]) => name));
    return `Run: ${rootWords()}apt-get install ${packages.join(' ')}`;
  }
  if (process.platform === 'darwin' && engines.includes('webkit')) {
    return 'Safari comes with macOS and needs permission once. Run: sudo safaridriver --enable';
  }
  const needed = {
    chromium: 'Chromium or Google Chrome',
    firefox: 'Firefox',
    webkit: 'WebKitWebDriver with MiniBrowser (WebKitGTK) and Xvfb',
  };
  const names = engines.map((engine) => needed[engine]).join('; ');
  return `Install ${names} with the system's package manager, then run: ${installCommand}`;
}

/** The prefix that a user types for a command that needs root. */
export function rootWords(): string {
  return process.getuid?.() === 0 ? '' : 'sudo ';
}

/** The prefix for a command that needs root; undefined if there is no way to get it. */
function rootPrefix(): string[] | undefined {
  if (process.getuid?.() === 0) return [];
  if (spawnSync('sudo', ['-n', 'true'], quiet).status === 0) return ['sudo', '-n'];
  return process.stdin.isTTY && isCommand('sudo') ? ['sudo'] : undefined;
}

function firstAvailable(names: readonly string[]): string {
  const known = names.find((name) => spawnSync('apt-cache', ['show', name], quiet).status === 0);
  return known ?? names[0]!;
}

function isCommand(name: string): boolean {
  return spawnSync(name, ['--version'], quiet).error === undefined;
}

/** Shows the command's output only if it failed; a successful apt-get is noise. */
async function run([command, ...args]: string[]): Promise<void> {
  const child = spawn(command!, args, { stdio: ['inherit', 'pipe', 'pipe'] });
  const printed: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => printed.push(chunk));
  }
  const [code] = (await once(child, 'close')) as [number | null];
  if (code === 0) return;
  process.stderr.write(Buffer.concat(printed));
  console.error(`${command} ${args.join(' ')}: exit code ${code}`);
}
