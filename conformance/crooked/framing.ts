/** Wrong about frames: their header, their order, and what a ping gets (RFC 6455 §5). */
import { type CrookedPeer, honest, without } from './manners.ts';

export const framing: readonly CrookedPeer[] = [
  {
    name: 'accepts unmasked frames',
    manners: { header: without(honest.header, 'masking') },
    fails: [],
  },
  {
    name: 'masks its frames',
    manners: { dress: (frame) => ({ ...frame, maskKey: Uint8Array.of(1, 2, 3, 4) }) },
    fails: [],
  },
  {
    name: 'ignores reserved bits',
    manners: { header: without(honest.header, 'rsv1', 'rsv2', 'rsv3') },
    fails: [],
  },
  {
    name: 'accepts reserved opcodes',
    manners: { header: without(honest.header, 'opcode') },
    fails: [],
  },
  {
    name: 'accepts control frames of any length',
    manners: { header: without(honest.header, 'controlLength') },
    fails: [],
  },
  {
    name: 'accepts fragmented control frames',
    manners: { header: without(honest.header, 'controlFin') },
    fails: [],
  },
  {
    name: 'accepts lengths that are not minimal',
    manners: { header: without(honest.header, 'minimalLength') },
    fails: [],
  },
  {
    name: 'writes lengths that are not minimal',
    manners: { dress: (frame) => ({ ...frame, lengthForm: 64 }) },
    fails: [],
  },
  {
    name: 'starts a message with a continuation',
    manners: { header: without(honest.header, 'continuation') },
    fails: [],
  },
  {
    name: 'drops a message when another begins',
    manners: { header: without(honest.header, 'newMessage') },
    fails: ['fragmentation/new-text-inside-a-message'],
  },
  {
    name: 'answers no ping',
    manners: { pong: () => [] },
    fails: ['fragmentation/ping-of-*-inside-a-message'],
  },
  {
    name: 'answers each ping with an empty pong',
    manners: { pong: () => [new Uint8Array(0)] },
    fails: ['fragmentation/ping-of-*-inside-a-message'],
  },
  {
    name: 'answers each ping twice',
    manners: { pong: (payload) => [payload, payload] },
    fails: [],
  },
];
