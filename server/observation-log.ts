/**
 * Formats what the WebSocket server observes as text: the whole head of each handshake, and one
 * line for everything else. Nothing from the network reaches the terminal unescaped.
 */

import type { Observation } from './node/observation.ts';
import { hexOf, printable } from './printable.ts';

const dataOpcodes: Readonly<Record<number, string>> = { 0: 'continuation', 1: 'text', 2: 'binary' };

/** A head line longer than this, in characters, is truncated: a cookie may take 4 KiB. */
const longestHeadLine = 400;

/** The lines without a final line break; undefined if they would only repeat another line. */
export function describeObservation(observation: Observation): string | undefined {
  const on = `#${observation.id}`;
  switch (observation.type) {
    case 'connection':
      return `${on} connected from ${observation.remoteAddress}`;
    case 'handshake':
      return `${on} handshake\n${describeHandshake(observation)}`;
    case 'frame':
      return describeFrame(on, observation.frame);
    case 'message':
      return `${on} received ${describeMessage(observation.message)}`;
    case 'violation': {
      const { rule, sentence, section } = observation.violation;
      return `${on} violation ${rule}: ${printable(sentence)} (${section})`;
    }
    case 'close': {
      const { code, reason, wasClean } = observation;
      const how = wasClean ? '' : ', without a complete closing handshake';
      return `${on} closed with ${code}${reason && ` "${printable(reason)}"`}${how}`;
    }
  }
}

type Handshake = Extract<Observation, { type: 'handshake' }>;

function describeHandshake({ head, bodyLength, accept, response }: Handshake): string {
  const headLines = head.split(/\r?\n/).filter((line) => line !== '');
  const [statusLine = ''] = response.split('\r\n');
  return [
    ...headLines.map((line) => `   | ${printable(line, longestHeadLine)}`),
    `   body    ${bodyLength} bytes`,
    `   accept  ${accept ?? 'none: the handshake was refused'}`,
    `   answer  ${printable(statusLine)}`,
  ].join('\n');
}

type Frame = Extract<Observation, { type: 'frame' }>['frame'];

/** Received data frames are left out: their message has a line. */
function describeFrame(on: string, { direction, opcode, fin, length }: Frame): string | undefined {
  const data = dataOpcodes[opcode];
  if (data !== undefined && direction === 'received') return undefined;
  // A Close frame is part of the line about the end of the connection.
  if (opcode === 8) return undefined;
  const name = data ?? (opcode === 9 ? 'ping' : 'pong');
  return `${on} ${direction} ${name}${fin ? '' : ' fragment'}, ${count(length)}`;
}

type Message = Extract<Observation, { type: 'message' }>['message'];

function describeMessage(message: Message): string {
  const size = `${message.kind}, ${count(message.byteLength)}`;
  if (message.byteLength === 0) return size;
  // Only what is shown is decoded: a message may be 16 MiB.
  const start = message.view().subarray(0, 800);
  const shown = message.kind === 'binary' ? hexOf(start) : `"${printable(start.toString('utf8'))}"`;
  return `${size}: ${shown}`;
}

function count(bytes: number): string {
  return bytes === 1 ? '1 byte' : `${bytes} bytes`;
}
