/** The command line as a process, for its tests. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { builtPackage } from '../../.ci/built-package.ts';

interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface BuiltCli {
  run(...args: readonly string[]): Promise<Outcome>;
  /**
   * @param env added to ours
   * @param stdout an open file, in place of a pipe
   */
  start(
    args: readonly string[],
    env?: NodeJS.ProcessEnv,
    stdout?: number,
  ): { readonly child: ChildProcess; readonly ended: Promise<Outcome> };
}

/** Built like the package: starting from source takes five times as long. */
export async function buildCli(): Promise<BuiltCli> {
  const cli = join(await builtPackage(), 'dist', 'conformance', 'cli.js');
  const start: BuiltCli['start'] = (args, env = {}, stdout = undefined) => {
    const child = spawn(process.execPath, [cli, ...args], {
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
  return { run: (...args) => start(args).ended, start };
}
