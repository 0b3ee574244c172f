/** A folder in which the package is installed as npm installs it, without asking a registry. */
import { execFile } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Manifest {
  readonly homepage: string;
  readonly bugs: string;
  readonly repository: { readonly url: string };
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

export const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;

export interface InstalledPackage {
  readonly folder: string;
  /** Adds a package of the checkout that the package does not depend on. */
  add(name: string): void;
  /** Removes a package that the package depends on. */
  uninstall(name: string): void;
  /** Copies files of the repository, by their paths in it. */
  copy(...paths: readonly string[]): void;
  run(file: string, ...args: readonly string[]): Promise<Outcome>;
  /** Removes the folder. */
  close(): void;
}

interface Outcome {
  readonly code: number | null;
  /** Standard output and standard error. */
  readonly out: string;
}

/**
 * Only declared dependencies can be found from the folder; it is outside the repository, so optional
 * packages of the checkout cannot.
 * @param fill writes the package's files to the given folder
 */
export function installPackage(fill: (installed: string) => void): InstalledPackage {
  const folder = mkdtempSync(join(tmpdir(), 'framewright-package-'));
  const inModules = (...parts: string[]) => join(folder, 'node_modules', ...parts);
  const installed = inModules('framewright');
  mkdirSync(installed, { recursive: true });
  fill(installed);
  const add = (name: string) => {
    mkdirSync(dirname(inModules(name)), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), inModules(name), 'dir');
  };
  for (const name of Object.keys(manifest.dependencies)) add(name);
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env;
  const env = { ...inherited, GITHUB_ACTIONS: '', NO_COLOR: '1' };
  const command = join(installed, manifest.bin.framewright!);
  mkdirSync(inModules('.bin'));
  symlinkSync(command, inModules('.bin', 'framewright'));
  chmodSync(command, 0o755);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "private": true }\n');
  return {
    folder,
    add,
    uninstall: (name) => rmSync(inModules(name)),
    copy(...paths) {
      for (const path of paths) cpSync(join(root, path), join(folder, path), { recursive: true });
    },
    /** Asynchronous, because a server in this process may have to answer. */
    run: (file, ...args) =>
      new Promise((resolve) => {
        const options = { cwd: folder, env };
        execFile(file, args, options, (error, out, err) => {
          const code = error ? (typeof error.code === 'number' ? error.code : null) : 0;
          resolve({ code, out: out + err });
        });
      }),
    close: () => rmSync(folder, { recursive: true }),
  };
}
