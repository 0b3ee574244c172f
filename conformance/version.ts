/** The version of this package, as its `package.json` has it. */
import { readFileSync } from 'node:fs';

/** Sources stand one folder below it, what is built two. */
function readVersion(): string {
  for (const place of ['../package.json', '../../package.json']) {
    try {
      const found = JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8'));
      if (found.name === 'framewright') return found.version;
    } catch {
      // Not there: one further up.
    }
  }
  throw new Error('the package.json of framewright is missing');
}

export const version: string = readVersion();
