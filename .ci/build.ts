/** `npm run build`: everything that the package holds, as JavaScript with types, below dist/. */
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

rmSync(at('dist'), { recursive: true, force: true });
const tsc = at('node_modules/typescript/bin/tsc');
const { status } = spawnSync(process.execPath, [tsc, '-p', at('tsconfig.build.json')], {
  stdio: 'inherit',
});
// The pages are plain modules already; what checks them stays here.
cpSync(at('page'), at('dist/page'), {
  recursive: true,
  filter: (path) => !/\.ts$|tsconfig\.json$/.test(path),
});
cpSync(at('conformance/baselines'), at('dist/conformance/baselines'), { recursive: true });
process.exitCode = status ?? 1;
