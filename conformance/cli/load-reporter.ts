/** The reporter that a name refers to: a built-in one, a module by its path, or a package. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { nearest } from '../catalogue/select.ts';
import { builtInReporter, type Reporter, reporters } from '../report/reporters.ts';
import { forTerminal } from '../untrusted/inert.ts';
import { CannotRun } from './cannot-run.ts';

export interface NamedReporter {
  readonly name: string;
  readonly reporter: Reporter;
  /** Where it writes; undefined for standard output. */
  readonly path: string | undefined;
}

/**
 * @param words `junit`, `junit:report.xml`, `./my-reporter.mjs:report.txt`, `my-package:report.txt`
 * @param folder from which paths and packages are resolved
 * @throws {CannotRun} if there is no such reporter, or it cannot be loaded
 */
export async function loadReporter(words: string, folder = process.cwd()): Promise<NamedReporter> {
  // A drive letter's colon belongs to the path of a module.
  const [, name = '', given] = /^((?:[A-Za-z]:[\\/])?[^:]*)(?::(.+))?$/s.exec(words) ?? [];
  const reporter = builtInReporter(name) ?? (await loadModule(name, folder));
  return { name, reporter, path: given ?? reporter.path };
}

/** `lib/reporter` may be a part of a package; with an extension it is a file. */
const isPath = (name: string) =>
  /^(?:\.{0,2}|[A-Za-z]:)[\\/]/.test(name) || /\.[cm]?[jt]s$/.test(name);

async function loadModule(name: string, folder: string): Promise<Reporter> {
  const url = isPath(name) ? urlOfFile(name, folder) : urlOfPackage(name, folder);
  let module: { readonly default?: unknown };
  try {
    module = await import(url);
  } catch (error) {
    throw cannotLoad(name, reasonOf(error));
  }
  if (isReporter(module.default)) return module.default;
  throw cannotLoad(
    name,
    'its default export has to be an object with a function render(runs, options)',
  );
}

function urlOfFile(name: string, folder: string): string {
  const file = resolve(folder, name);
  if (!existsSync(file)) throw cannotLoad(name, 'there is no such file');
  return pathToFileURL(file).href;
}

/** Prints where Node finds a package, or why it does not. */
const resolution = `
  try {
    console.log(JSON.stringify({ url: import.meta.resolve(process.argv[1]) }));
  } catch ({ code, message }) {
    console.log(JSON.stringify({ code, message }));
  }`;

/**
 * Packages are found from the user's folder, not from this file. Only code that runs there can ask
 * Node for that, so a short process does.
 */
function urlOfPackage(name: string, folder: string): string {
  if (!isPackageName(name)) throw new CannotRun(unknownReporter(name));
  const { stdout } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', resolution, name],
    { cwd: folder, encoding: 'utf8' },
  );
  const { url, code, message } = JSON.parse(stdout);
  if (url !== undefined) return url;
  if (code === 'ERR_MODULE_NOT_FOUND') throw new CannotRun(unknownReporter(name));
  throw cannotLoad(name, message);
}

const cannotLoad = (name: string, reason: string) =>
  new CannotRun(forTerminal(`cannot load the reporter ${name}: ${reason}`));

const isPackageName = (name: string) => /^(?:@[\w.-]+\/)?[\w][\w.-]*(?:\/[\w./-]+)?$/.test(name);

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isUnknownKind = (error as NodeJS.ErrnoException).code === 'ERR_UNKNOWN_FILE_EXTENSION';
  return isUnknownKind ? `${error.message}; it has to be JavaScript, such as .mjs` : error.message;
}

function isReporter(exported: unknown): exported is Reporter {
  const { render } = (exported ?? {}) as { readonly render?: unknown };
  return typeof render === 'function';
}

function unknownReporter(name: string): string {
  const names = Object.keys(reporters);
  const [near] = nearest(name.toLowerCase(), names);
  const hint = near
    ? `did you mean ${near}?`
    : `there are ${names.join(', ')}; a module is named by its path (./my-reporter.mjs) or its package`;
  return forTerminal(`no reporter is called ${JSON.stringify(name)}: ${hint}`);
}
