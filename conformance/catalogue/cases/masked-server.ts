import type { Case } from '../../format/case.ts';
import { rfc6455 } from '../../format/document.ts';
import { failedOrDropped } from '../../format/expectation.ts';
import { clientOnly } from '../../format/role.ts';
import {
  binary,
  close,
  continuation,
  type FrameItem,
  ping,
  pong,
  text,
} from '../../format/step.ts';

const key = Uint8Array.of(0x37, 0xfa, 0x21, 0x3d);
const zero = Uint8Array.of(0, 0, 0, 0);

const masked: readonly (readonly [id: string, what: string, frames: readonly FrameItem[]])[] = [
  ['text', 'text frame', [text('masked', { mask: key })]],
  ['empty-text', 'empty text frame', [text('', { mask: key })]],
  ['binary', 'binary frame', [binary('masked', { mask: key })]],
  ['text-by-zero', 'text frame whose key is zero', [text('masked', { mask: zero })]],
  ['ping', 'ping', [ping('masked', { mask: key })]],
  ['pong', 'pong', [pong('masked', { mask: key })]],
  ['close', 'Close', [close(1000, '', { mask: key })]],
  [
    'continuation',
    'continuation after a plain start',
    [text('one', { fin: false }), continuation('two', { mask: key })],
  ],
];

export const maskedServerFrames: readonly Case[] = [
  ...masked.map(
    ([id, what, frames]): Case => ({
      id: `masked-server/${id}`,
      title: `a masked ${what} fails the connection`,
      level: 'must',
      ...rfc6455('5.1'),
      requirement: 'a client fails the connection on a masked frame from the server',
      against: clientOnly,
      rule: 'masked-server-frame',
      steps: frames,
      expect: failedOrDropped(1002),
    }),
  ),
];
