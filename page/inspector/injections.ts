/**
 * Frames that no browser lets a page send: correct ones, and deliberately wrong ones. Each has the
 * required reaction of the other side.
 */
import type { FrameRequest } from '../../inspector/session-events.ts';
import { toHex } from './payload.js';

export interface Injection {
  readonly id: string;
  readonly title: string;
  readonly legal: boolean;
  /** What the receiver must do, in a sentence. */
  readonly expected: string;
  readonly section: string;
  /** Masked as the sender's role requires, unless the frame has its own setting. */
  readonly frames: (Omit<FrameRequest, 'masked'> & { masked?: boolean })[];
  /** Masked exactly when the role forbids it. */
  readonly wrongMask?: boolean;
}

const text = hexOf('Hello');

export const injections: readonly Injection[] = [
  {
    id: 'ping',
    title: 'Ping',
    legal: true,
    expected: 'A Pong with the same payload comes back.',
    section: '5.5.2',
    frames: [{ opcode: 9, payload: text }],
  },
  {
    id: 'pong',
    title: 'Unsolicited pong',
    legal: true,
    expected: 'No answer: it is a sign of life.',
    section: '5.5.3',
    frames: [{ opcode: 10, payload: text }],
  },
  {
    id: 'fragments',
    title: 'Text in three fragments, with a ping between them',
    legal: true,
    expected: 'The ping is answered at once, and the fragments form one message.',
    section: '5.4',
    frames: [
      { opcode: 1, fin: false, payload: hexOf('Hel') },
      { opcode: 0, fin: false, payload: hexOf('lo, ') },
      { opcode: 9, payload: hexOf('still there?') },
      { opcode: 0, payload: hexOf('world') },
    ],
  },
  {
    id: 'close',
    title: 'Close with code 1000',
    legal: true,
    expected: 'A Close frame comes back, and the TCP connection ends.',
    section: '5.5.1',
    frames: [{ opcode: 8, payload: '03e8' }],
  },
  {
    id: 'wrong-mask',
    title: 'Frame with the wrong masking for its sender',
    legal: false,
    expected: 'The connection fails; 1002 may be sent.',
    section: '5.1',
    frames: [{ opcode: 1, payload: text }],
    wrongMask: true,
  },
  {
    id: 'reserved-bit',
    title: 'Reserved bit RSV2 set',
    legal: false,
    expected: 'The connection fails with 1002.',
    section: '5.2',
    frames: [{ opcode: 1, rsv2: true, payload: text }],
  },
  {
    id: 'reserved-opcode',
    title: 'Reserved opcode 3',
    legal: false,
    expected: 'The connection fails with 1002.',
    section: '5.2',
    frames: [{ opcode: 3, payload: text }],
  },
  {
    id: 'fragmented-ping',
    title: 'Ping without FIN',
    legal: false,
    expected: 'The connection fails with 1002.',
    section: '5.5',
    frames: [{ opcode: 9, fin: false, payload: text }],
  },
  {
    id: 'long-ping',
    title: 'Ping of 126 bytes',
    legal: false,
    expected: 'The connection fails with 1002.',
    section: '5.5',
    frames: [{ opcode: 9, payload: '2e'.repeat(126) }],
  },
  {
    id: 'long-length',
    title: 'Five bytes with a 16-bit length',
    legal: false,
    expected: 'The shortest form is required: the connection fails with 1002.',
    section: '5.2',
    frames: [{ opcode: 1, lengthForm: 16, payload: text }],
  },
  {
    id: 'huge-length',
    title: 'A length with its highest bit set',
    legal: false,
    expected: 'The connection fails at once, without waiting for the payload.',
    section: '5.2',
    frames: [{ opcode: 1, lengthForm: 64, declaredLength: '9223372036854775813', payload: text }],
  },
  {
    id: 'stray-continuation',
    title: 'Continuation without a message',
    legal: false,
    expected: 'The connection fails with 1002.',
    section: '5.4',
    frames: [{ opcode: 0, payload: text }],
  },
  {
    id: 'interleaved-message',
    title: 'New text inside an unfinished message',
    legal: false,
    expected: 'The connection fails with 1002.',
    section: '5.4',
    frames: [
      { opcode: 1, fin: false, payload: hexOf('one') },
      { opcode: 1, payload: hexOf('two') },
    ],
  },
  {
    id: 'not-utf8',
    title: 'Text that is not UTF-8',
    legal: false,
    expected: 'The connection fails with 1007.',
    section: '8.1',
    frames: [{ opcode: 1, payload: 'ceba e1bdb9 cf83 ceba ed a0 80'.replaceAll(' ', '') }],
  },
  {
    id: 'short-close',
    title: 'Close with one byte',
    legal: false,
    expected: 'A code takes two bytes: the connection fails with 1002.',
    section: '5.5.1',
    frames: [{ opcode: 8, payload: '03' }],
  },
  {
    id: 'close-1005',
    title: 'Close with code 1005',
    legal: false,
    expected: '1005 is reserved for APIs: the connection fails with 1002.',
    section: '7.4.1',
    frames: [{ opcode: 8, payload: '03ed' }],
  },
  {
    id: 'text-after-close',
    title: 'Text after Close',
    legal: false,
    expected: 'The Close is answered, and the text is not.',
    section: '5.5.1',
    frames: [
      { opcode: 8, payload: '03e8' },
      { opcode: 1, payload: text },
    ],
  },
];

/** The frames as `side` would send them. */
export function framesAs(injection: Injection, side: 'client' | 'server'): FrameRequest[] {
  const masked = (side === 'client') !== (injection.wrongMask ?? false);
  return injection.frames.map((frame) => ({ ...frame, masked: frame.masked ?? masked }));
}

function hexOf(text: string) {
  return toHex(new TextEncoder().encode(text));
}
