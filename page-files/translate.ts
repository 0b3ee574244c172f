/** Translates a TypeScript module of the pages to JavaScript for browsers. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { esbuild, languageSettings } from './esbuild.ts';

interface Translation {
  readonly source: string;
  readonly code: Promise<string>;
}

const translations = new Map<string, Translation>();

/**
 * The module without its types and with an inline source map; cached until the file changes.
 * @throws {Error} with file, line and column when the module has a syntax error
 */
export async function translate(path: string): Promise<string> {
  const source = await readFile(path, 'utf8');
  const known = translations.get(path);
  if (known?.source === source) return known.code;
  const code = esbuild()
    .transform(source, {
      ...languageSettings,
      loader: 'ts',
      sourcemap: 'inline',
      sourcefile: basename(path),
    })
    .then((result) => result.code);
  translations.set(path, { source, code });
  return code;
}
