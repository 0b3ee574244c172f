/** Why a server could not listen, and what to do next. On Linux, /proc shows who uses the port. */

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { printable } from './printable.ts';

export interface ListenAttempt {
  readonly host: string;
  readonly port: number;
  /** The flag and the environment variable that choose the port. */
  readonly flag: string;
  readonly variable: string;
}

/** A few lines to print, without a final line break. */
export function explainListenFailure(error: NodeJS.ErrnoException, attempt: ListenAttempt): string {
  const { host, port, flag, variable } = attempt;
  const other = port + 1000 > 65535 ? port - 1000 : port + 1000;
  const choose = `Choose another port with ${flag} ${other} or ${variable}=${other}; 0 takes any free one.`;
  switch (error.code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is already in use${namedHolder(port)}\n${choose}`;
    case 'EACCES':
      return `Port ${port} needs privileges that this process does not have.\n${choose}`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return (
        `${printable(host)} is not an address of this machine (${error.code}).\n` +
        'Choose one with --host or HOST: 127.0.0.1 for this machine only, 0.0.0.0 for the network.'
      );
    default:
      return `Port ${port} on ${printable(host)}: ${error.message}.\n${choose}`;
  }
}

function namedHolder(port: number): string {
  const holder = process.platform === 'linux' ? holderOf(port) : undefined;
  if (holder) {
    return `: process ${holder.pid} is using it (${printable(holder.command)}).`;
  }
  return process.platform === 'win32'
    ? `.\nTo see what is using it: netstat -ano | findstr :${port}`
    : `.\nTo see what is using it: lsof -nP -iTCP:${port} -sTCP:LISTEN`;
}

interface Holder {
  readonly pid: number;
  readonly command: string;
}

/** The process that listens on a TCP port, if this user may see it. */
function holderOf(port: number): Holder | undefined {
  const links = new Set(listeningInodes(port).map((inode) => `socket:[${inode}]`));
  if (links.size === 0) return undefined;
  for (const pid of namesIn('/proc').filter((name) => /^\d+$/.test(name))) {
    const descriptors = namesIn(`/proc/${pid}/fd`);
    if (!descriptors.some((fd) => links.has(linkAt(`/proc/${pid}/fd/${fd}`)))) continue;
    const command = textAt(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
    return { pid: Number(pid), command: command || 'a process without a command line' };
  }
  return undefined;
}

/** Inodes of the sockets in state LISTEN (0A) on a port, from the kernel's tables. */
function listeningInodes(port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) =>
    textAt(table)
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((columns) => columns[1]?.endsWith(suffix) && columns[3] === '0A')
      .flatMap((columns) => columns[9] ?? []),
  );
}

// Processes come and go while /proc is read, and most belong to other users. An entry that cannot
// be read is not one that could be named anyway.

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function linkAt(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function textAt(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
