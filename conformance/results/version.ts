/** The version of this package, from its `package.json`. */
import { readFileSync } from 'node:fs';

/** package.json is one level above the sources and two or more above dist. */
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
