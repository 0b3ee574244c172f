/** Wrong about messages: what comes back is not what was sent, or should not have come back. */
import { correct, type EchoedMessage, type FaultyPeer } from '../behaviour.ts';

const changed = (change: (data: Uint8Array) => Uint8Array) => ({
  echo: (message: EchoedMessage) => [{ ...message, data: change(message.data) }],
});

export const messages: readonly FaultyPeer[] = [
  {
    name: 'skips UTF-8 validation',
    behaviour: { text: () => true },
    fails: [
      'utf8/invalid-*',
      'utf8/fails-fast-*',
      'utf8-split/invalid-*',
      'utf8-split/fails-*',
      'utf8-split/cut-*',
      'utf8-split/character-*',
    ],
  },
  {
    name: 'mends invalid text instead of refusing it',
    behaviour: {
      text: () => true,
      ...changed((data) => Buffer.from(Buffer.from(data).toString('utf8'))),
    },
    fails: ['utf8/invalid-*'],
  },
  {
    name: 'takes no text beyond ASCII',
    behaviour: { text: (data) => data.every((octet) => octet < 0x80) },
    fails: [
      'utf8/valid-non-character-*',
      'utf8/valid-special-*',
      'utf8/one-frame',
      'utf8-split/valid-*',
    ],
  },
  {
    name: 'asks every fragment to be UTF-8 by itself',
    behaviour: { join: (payloads) => joinWhereEachIsText(payloads) },
    fails: ['utf8/byte-by-byte', 'utf8/greek-byte-by-byte'],
  },
  {
    name: 'answers every message twice',
    behaviour: { echo: (message) => [message, message] },
    fails: [
      'interleaving/*',
      'fragmentation/1000-empty-fragments',
      'fragmentation/*-with-every-fragment-empty',
      'segments/every-kind-*',
    ],
  },
  {
    name: 'truncates at 65,535',
    behaviour: changed((data) => data.subarray(0, 65_535)),
    fails: ['length/*-of-65536*', 'length/*-of-65537', 'fragmentation/65536-*'],
  },
  {
    name: 'loses the last byte of a message',
    behaviour: changed((data) => data.subarray(0, -1)),
    fails: [
      'length/*-of-1*',
      'fragmentation/two-fragments-*',
      'deflate/bitmap-*',
      'deflate/prose-*',
      'deflate/archive-*',
    ],
  },
  {
    name: 'echoes binary as text',
    behaviour: { text: () => true, echo: (message) => [{ ...message, type: 'text' }] },
    fails: ['volume/binary-*', 'utf8-split/binary-is-not-text', 'segments/alternating-types'],
  },
  {
    name: 'echoes text as binary',
    behaviour: { echo: (message) => [{ ...message, type: 'binary' }] },
    fails: [
      'length/text-*',
      'volume/text-*',
      'utf8/valid-*',
      'utf8/*empty*',
      'close/after-an-echo',
      'deflate/json-*',
      'deflate/html-*',
    ],
  },
];

function joinWhereEachIsText(payloads: readonly Uint8Array[]): Uint8Array {
  return payloads.every(correct.text) ? correct.join(payloads) : Uint8Array.of(0xff);
}
