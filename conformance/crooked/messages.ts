/** Wrong about messages: what comes back is not what was sent, or should not have come back. */
import { type CrookedPeer, type EchoedMessage, honest } from './manners.ts';

const changed = (change: (data: Uint8Array) => Uint8Array) => ({
  echo: (message: EchoedMessage) => [{ ...message, data: change(message.data) }],
});

export const messages: readonly CrookedPeer[] = [
  { name: 'skips UTF-8 validation', manners: { text: () => true }, fails: [] },
  {
    name: 'takes no text beyond ASCII',
    manners: { text: (data) => data.every((octet) => octet < 0x80) },
    fails: [],
  },
  {
    name: 'takes surrogates for UTF-8',
    manners: { text: (data) => honest.text(Buffer.from(Buffer.from(data).toString('utf8'))) },
    fails: [],
  },
  { name: 'answers no message', manners: { echo: () => [] }, fails: [] },
  { name: 'truncates at 65,535', manners: changed((data) => data.subarray(0, 65_535)), fails: [] },
  {
    name: 'loses the last byte of a message',
    manners: changed((data) => data.subarray(0, -1)),
    fails: [],
  },
  {
    name: 'echoes binary as text',
    manners: { echo: (message) => [{ ...message, type: 'text' }] },
    fails: [],
  },
  {
    name: 'echoes text as binary',
    manners: { echo: (message) => [{ ...message, type: 'binary' }] },
    fails: [],
  },
];
