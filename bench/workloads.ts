/** What the benchmark measures. Every row is one kind of traffic; messages are generated, not stored. */

import type { Buffer } from 'node:buffer';
import { binaryMessage, jsonMessage, nonAsciiMessage } from './messages.ts';

/** Connections that send a message, wait for its echo, and keep `depth` messages outstanding. */
export interface EchoWorkload {
  readonly kind: 'echo';
  readonly id: string;
  readonly title: string;
  readonly connections: number;
  readonly depth: number;
  /** Payload of one message, in bytes. */
  readonly bytes: number;
  readonly opcode: 1 | 2;
  readonly deflate: boolean;
  /** The n-th message, always `bytes` long and different for every n. */
  readonly message: (n: number) => Buffer;
}

/** Connections that open, are answered with 101 and disconnect, `atOnce` at a time. */
export interface HandshakeWorkload {
  readonly kind: 'handshake';
  readonly id: string;
  readonly title: string;
  readonly atOnce: number;
}

/** Connections that stay open and idle; with `deflate`, after one compressed echo each. */
export interface IdleWorkload {
  readonly kind: 'idle';
  readonly id: string;
  readonly title: string;
  readonly connections: number;
  readonly deflate: boolean;
}

export type Workload = EchoWorkload | HandshakeWorkload | IdleWorkload;

const KiB = 1024;
const MiB = 1024 * KiB;

function binary(size: string, bytes: number, connections: number, depth: number): EchoWorkload {
  return {
    kind: 'echo',
    id: `binary-${size.replace(' ', '').toLowerCase()}-c${connections}-d${depth}`,
    title: `${size} binary, c${connections} d${depth}`,
    connections,
    depth,
    bytes,
    opcode: 2,
    deflate: false,
    message: (n) => binaryMessage(bytes, n),
  };
}

export const jsonEcho: EchoWorkload = {
  kind: 'echo',
  id: 'json-1kib-deflate-c50-d8',
  title: '1 KiB JSON, deflated, c50 d8',
  connections: 50,
  depth: 8,
  bytes: KiB,
  opcode: 1,
  deflate: true,
  message: (n) => jsonMessage(KiB, n),
};

export const workloads: readonly Workload[] = [
  binary('16 B', 16, 50, 1),
  binary('125 B', 125, 500, 1),
  binary('125 B', 125, 50, 16),
  binary('1 KiB', KiB, 50, 16),
  binary('16 KiB', 16 * KiB, 50, 4),
  binary('1 MiB', MiB, 1, 2),
  binary('16 MiB', 16 * MiB, 1, 1),
  {
    kind: 'echo',
    id: 'text-1kib-c50-d16',
    title: '1 KiB non-ASCII text, c50 d16',
    connections: 50,
    depth: 16,
    bytes: KiB,
    opcode: 1,
    deflate: false,
    message: (n) => nonAsciiMessage(KiB, n),
  },
  jsonEcho,
  { kind: 'handshake', id: 'handshake', title: 'handshake, 100 at a time', atOnce: 100 },
  {
    kind: 'idle',
    id: 'idle-5000',
    title: 'idle connection, of 5,000',
    connections: 5000,
    deflate: false,
  },
  {
    kind: 'idle',
    id: 'idle-5000-deflate',
    title: 'the same, deflate, after one message',
    connections: 5000,
    deflate: true,
  },
];
