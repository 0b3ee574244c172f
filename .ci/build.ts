/** `npm run build`: the contents of the package, JavaScript with types, below dist/. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtPackage } from './built-package.ts';

const dist = fileURLToPath(new URL('../dist', import.meta.url));

const built = await builtPackage();
rmSync(dist, { recursive: true, force: true });
cpSync(join(built, 'dist'), dist, { recursive: true });
