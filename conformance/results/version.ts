/** The version of this package, as its `package.json` has it. */
import { readFileSync } from 'node:fs';

/** Sources stand one folder below it, what is built two or more. */
function readVersion(): string {
  for (let folder = new URL('../', import.meta.url); ; folder = new URL('..', folder)) {
    try {
      const found = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'));
      if (found.name === 'framewright') return found.version;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    if (folder.pathname === '/') throw new Error('the package.json of framewright is missing');
  }
}

export const version: string = readVersion();
