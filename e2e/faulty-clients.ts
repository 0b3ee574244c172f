/** Clients with one fault each: no real browser could be made to do it. */
import { connect } from 'node:net';
import type { Tap, TapConnection } from '../conformance/transport/tap.ts';
import { type FrameToWrite, opcodes, writeFrame } from '../conformance/wire/wire.ts';
import type { Route } from './wire-assertions.ts';

export interface FaultyClient {
  readonly name: string;
  /** The rules that must be reported as broken, and no others. */
  readonly breaks: readonly string[];
  /** The request's lines; default: a correct request. */
  readonly request?: (route: Route) => readonly string[];
  readonly frames?: readonly Buffer[];
}

const key = 'dGhlIHNhbXBsZSBub25jZQ==';
const correct = ({ host, origin }: Route): string[] => [
  'GET / HTTP/1.1',
  `Host: ${host}`,
  'Upgrade: websocket',
  'Connection: Upgrade',
  `Sec-WebSocket-Key: ${key}`,
  'Sec-WebSocket-Version: 13',
  `Origin: ${origin}`,
];
const replaced = (index: number, line: string) => (route: Route) =>
  correct(route).with(index, line);
const without = (index: number) => (route: Route) => correct(route).toSpliced(index, 1);

const maskKey = Uint8Array.of(9, 8, 7, 6);
const text = (payload: string, more: Partial<FrameToWrite> = {}) =>
  writeFrame({ opcode: opcodes.text, payload: Buffer.from(payload), maskKey, ...more });

export const faultyClients: readonly FaultyClient[] = [
  { name: 'correct', breaks: [] },
  { name: 'posts', breaks: ['request-line'], request: replaced(0, 'POST / HTTP/1.1') },
  { name: 'speaks HTTP/1.0', breaks: ['request-line'], request: replaced(0, 'GET / HTTP/1.0') },
  {
    name: 'sends the wrong host',
    breaks: ['request-host'],
    request: replaced(1, 'Host: elsewhere'),
  },
  { name: 'lacks Upgrade', breaks: ['request-upgrade'], request: without(2) },
  { name: 'lacks Connection', breaks: ['request-connection'], request: without(3) },
  {
    name: 'has a key of 15 bytes',
    breaks: ['request-key'],
    request: replaced(4, `Sec-WebSocket-Key: ${Buffer.alloc(15).toString('base64')}`),
  },
  {
    name: 'speaks version 8',
    breaks: ['request-version'],
    request: replaced(5, 'Sec-WebSocket-Version: 8'),
  },
  { name: 'lacks Origin', breaks: ['request-origin'], request: without(6) },
  {
    name: 'sends the wrong origin',
    breaks: ['request-origin'],
    request: replaced(6, 'Origin: http://elsewhere'),
  },
  {
    name: 'repeats a header',
    breaks: ['request-duplicate-header'],
    request: (route) => [...correct(route), 'Upgrade: websocket'],
  },
  {
    name: 'folds a header',
    breaks: ['request-syntax'],
    request: (route) => [...correct(route), 'X-Long: a', ' b'],
  },
  {
    name: 'does not mask',
    breaks: ['wrong-masking'],
    frames: [writeFrame({ opcode: opcodes.text, payload: Buffer.from('abc') })],
  },
  {
    name: 'masks every frame with the same key',
    breaks: ['repeated-masking-key'],
    frames: [Buffer.concat([text('abc'), text('abc')])],
  },
];

/** Uses the tap and disconnects; resolves when the tap has seen both ends close. */
export async function runFaultyClient(
  faulty: FaultyClient,
  tap: Tap,
  route: Route,
): Promise<TapConnection> {
  const index = tap.connections.length;
  const socket = connect({ host: tap.host, port: tap.port });
  const lines = (faulty.request ?? correct)(route);
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  const connection = await tap.connection(index);
  await connection.recording.event('response', ({ kind, ...event }) => {
    return kind === 'head' && 'from' in event && event.from === 'server';
  });
  for (const bytes of faulty.frames ?? [text('abc')]) socket.write(bytes);
  socket.resume();
  await connection.closed();
  return connection;
}
