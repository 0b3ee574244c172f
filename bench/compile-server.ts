import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.//', import.meta.url));
let output: string | undefined;

/**
 * Compiles our server as users get it: plain JavaScript by tsc, without a loader and source maps.
 * Returns the path of `entry`, which tsconfig.server.json has to include; it exists as long as this
 * process.
 */
export function compileServer(entry: 'peers/framewright.js' | 'soak-server.js'): string {
  output ??= compile();
  return join(output, 'bench', entry);
}

function compile(): string {
  const target = mkdtempSync(join(tmpdir(), 'framewright-bench-'));
  process.on('exit', () => rmSync(target, { recursive: true, force: true }));
  const tsc = join(folder, '..', 'node_modules', 'typescript', 'bin', 'tsc');
  execFileSync(
    process.execPath,
    [tsc, '-p', join(folder, 'tsconfig.server.json'), '--outDir', target],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  writeFileSync(join(target, 'package.json'), '{ "type": "module" }\n');
  copyFileSync(
    join(folder, 'peers', 'announce.mjs'),
    join(target, 'bench', 'peers', 'announce.mjs'),
  );
  return target;
}
