/** Names of opcodes and close codes (RFC 6455 §11.7, §11.8), as people write them. */
import { opcodes } from './wire.ts';

export function opcodeName(opcode: number): string {
  const name = Object.entries(opcodes).find(([, value]) => value === opcode)?.[0];
  return name ?? (opcode < 8 ? 'reserved data' : 'reserved control');
}

/** RFC 6455 §7.4.1 and the IANA registry of §11.7. */
const closeCodeNames: Readonly<Record<number, string>> = {
  1000: 'normal closure',
  1001: 'going away',
  1002: 'protocol error',
  1003: 'unsupported data',
  1005: 'no status received',
  1006: 'abnormal closure',
  1007: 'invalid payload data',
  1008: 'policy violation',
  1009: 'message too big',
  1010: 'mandatory extension',
  1011: 'internal error',
  1012: 'service restart',
  1013: 'try again later',
  1014: 'bad gateway',
  1015: 'TLS handshake',
};

export function closeCodeName(code: number): string {
  const range =
    code < 1000 ? 'unused' : code < 3000 ? 'reserved' : code < 4000 ? 'registered' : 'private use';
  return closeCodeNames[code] ?? (code < 5000 ? range : 'undefined');
}
