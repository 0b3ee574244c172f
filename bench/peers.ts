/** The servers measured: where each comes from, and how to start it. */

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { compileServer } from './compile-server.ts';
import type { Workload } from './workloads.ts';

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

export interface Peer {
  readonly name: string;
  /** The npm package in bench/package.json that it comes from, if any. */
  readonly package?: string;
  /** False for the floor, whose prepared replies echo nothing. */
  readonly echoes: boolean;
  /** Measured only when requested by name. */
  readonly onRequest?: boolean;
  /** Why this peer cannot do a workload, if it cannot. */
  readonly lacks?: (workload: Workload) => string | undefined;
  version(): string;
  /** How to start it on a free port. Throws an Error that names what is missing. */
  command(workload: Workload): Command;
}

const folder = fileURLToPath(new URL('.//', import.meta.url));
const modules = join(folder, 'node_modules');

/** Node peers collect garbage on request, so that idle memory does not depend on V8's timing. */
function nodePeer(name: string, options: Partial<Peer> = {}): Peer {
  return {
    name,
    package: name,
    echoes: true,
    version: () => packageVersion(name),
    command: (workload) => {
      requirePackage(name);
      const flags = wantsDeflate(workload) ? ['--deflate'] : [];
      return {
        file: process.execPath,
        args: ['--expose-gc', join(folder, 'peers', `${name}.mjs`), '0', ...flags],
      };
    },
    ...options,
  };
}

const withoutDeflate = (workload: Workload) =>
  wantsDeflate(workload) ? 'has no permessage-deflate' : undefined;

const floor: Peer = {
  name: 'net floor',
  echoes: false,
  lacks: (workload) => (wantsDeflate(workload) ? 'its replies are not compressed' : undefined),
  version: () => `node ${process.version}`,
  command: (workload) => {
    const { bytes, opcode } = workload.kind === 'echo' ? workload : { bytes: 0, opcode: 2 };
    const extended = bytes < 126 ? 0 : bytes < 65536 ? 2 : 8;
    return {
      file: process.execPath,
      args: [
        '--expose-gc',
        join(folder, 'peers', 'net.mjs'),
        ...['0', String(6 + extended + bytes), String(bytes), String(opcode)],
      ],
    };
  },
};

/** @param flag runs it in another mode than the default one */
const ours = (name: string, flag?: string): Peer => ({
  name,
  echoes: true,
  onRequest: flag !== undefined,
  version: () => readVersion(join(folder, '..', 'package.json')),
  command: (workload) => {
    const flags = wantsDeflate(workload) ? ['--deflate'] : [];
    return {
      file: process.execPath,
      args: [
        ...['--expose-gc', compileServer('peers/framewright.js'), '0', ...flags],
        ...(flag === undefined ? [] : [flag]),
      ],
    };
  },
});

const bun: Peer = {
  ...nodePeer('bun'),
  command: (workload) => ({
    file: binaryOf('bun', [join('bun', 'bin', 'bun.exe')], '@oven', join('bin', 'bun')),
    args: [join(folder, 'peers', 'bun.mjs'), '0', ...(wantsDeflate(workload) ? ['--deflate'] : [])],
  }),
};

const deno: Peer = {
  ...nodePeer('deno'),
  lacks: withoutDeflate,
  command: () => ({
    file: binaryOf('deno', [join('deno', 'deno')], '@deno', 'deno'),
    args: [
      ...['run', '--quiet', '--no-config', '--allow-net', '--allow-sys', '--allow-env'],
      '--v8-flags=--expose-gc',
      ...[join(folder, 'peers', 'deno.mjs'), '0'],
    ],
  }),
};

/** In the order of the table's columns. */
export const peers: readonly Peer[] = [
  floor,
  nodePeer('ws'),
  nodePeer('websocket', { lacks: withoutDeflate }),
  nodePeer('faye-websocket'),
  bun,
  deno,
  ours('framewright'),
  ours('framewright-stream', '--stream'),
];

/** The peer that ratios refer to. */
export const reference = 'ws';

function wantsDeflate(workload: Workload): boolean {
  return workload.kind !== 'handshake' && workload.deflate;
}

/** Installs bench/package.json if a wanted package is missing. Throws when npm fails. */
export function installPeers(wanted: readonly Peer[], say: (line: string) => void): void {
  const missing = wanted.filter((peer) => peer.package && !existsSync(join(modules, peer.package)));
  if (missing.length === 0) return;
  say(`installing ${missing.map((peer) => peer.name).join(', ')}: npm ci --prefix bench`);
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--prefix', folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
}

function requirePackage(name: string): void {
  if (existsSync(join(modules, name, 'package.json'))) return;
  throw new Error(`the package ${name} is missing: run npm ci --prefix bench`);
}

/** The runtime's own binary: the npm wrapper would add a process. */
function binaryOf(name: string, own: string[], scope: string, inside: string): string {
  requirePackage(name);
  const scopeFolder = join(modules, scope);
  const platforms = existsSync(scopeFolder) ? readdirSync(scopeFolder) : [];
  const candidates = [...own, ...platforms.map((platform) => join(scope, platform, inside))]
    .flatMap((path) => [path, `${path}.exe`])
    .map((path) => join(modules, path));
  // If npm runs no install scripts, the wrapper package contains a short text instead.
  const found = candidates.find((path) => existsSync(path) && statSync(path).size > 1_000_000);
  if (found) return found;
  throw new Error(`${name} has no binary for this platform among its npm packages`);
}

function packageVersion(name: string): string {
  return readVersion(join(modules, name, 'package.json'));
}

function readVersion(path: string): string {
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
  } catch {
    return 'missing';
  }
}
