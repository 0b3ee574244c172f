/** Bundles a page's script with all of its imports into one module, to be embedded in the page. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { esbuild, languageSettings } from './esbuild.ts';

const bundles = new Map<string, string>();

/**
 * @param page `report`: the script is `page/report/main.ts`; in the package, where it is already
 *   bundled, `page/report.js`
 */
export function bundledScript(page: string): string {
  const known = bundles.get(page);
  if (known !== undefined) return known;
  const built = new URL(`../page/${page}.js`, import.meta.url);
  const script = existsSync(built) ? readFileSync(built, 'utf8') : bundle(page);
  bundles.set(page, script);
  return script;
}

/** Creates the file that `bundledScript` finds in the package. */
export function bundle(page: string): string {
  const { outputFiles } = esbuild().buildSync({
    ...languageSettings,
    absWorkingDir: fileURLToPath(new URL('../page/', import.meta.url)),
    entryPoints: [`./${page}/main`],
    bundle: true,
    format: 'esm',
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0]!.text;
}
