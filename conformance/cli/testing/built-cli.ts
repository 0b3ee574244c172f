/** The command line as a process, for its tests. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface BuiltCli {
  run(...args: readonly string[]): Promise<Outcome>;
  /**
   * @param env beside ours
   * @param stdout a file that is open, in place of a pipe
   */
  start(
    args: readonly string[],
    env?: NodeJS.ProcessEnv,
    stdout?: number,
  ): { readonly child: ChildProcess; readonly ended: Promise<Outcome> };
  remove(): Promise<void>;
}

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Built as the package is: starting from source takes five times as long. */
export async function buildCli(): Promise<BuiltCli> {
  // Below the root, so that packages are found.
  await mkdir(join(root, 'node_modules', '.cache'), { recursive: true });
  const built = await mkdtemp(join(root, 'node_modules', '.cache', 'framewright-'));
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  execFileSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json'), '--outDir', built]);
  const start: BuiltCli['start'] = (args, env = {}, stdout = undefined) => {
    const child = spawn(process.execPath, [join(built, 'conformance', 'cli.js'), ...args], {
      env: { ...process.env, NO_COLOR: '1', GITHUB_ACTIONS: '', ...env },
      stdio: ['ignore', stdout ?? 'pipe', 'pipe'],
    });
    let [out, err] = ['', ''];
    child.stdout?.on('data', (bytes) => {
      out += bytes;
    });
    child.stderr?.on('data', (bytes) => {
      err += bytes;
    });
    const ended = once(child, 'close').then(([code]): Outcome => ({ code, out, err }));
    return { child, ended };
  };
  return {
    run: (...args) => start(args).ended,
    start,
    remove: () => rm(built, { recursive: true }),
  };
}
