/** Wrong about frames: their header, their order, and what a ping gets (RFC 6455 §5). */
import { correct, type FaultyPeer, without } from '../behaviour.ts';

export const framing: readonly FaultyPeer[] = [
  {
    name: 'masks its frames',
    asClient: false,
    behaviour: { dress: (frame) => ({ ...frame, maskKey: Uint8Array.of(1, 2, 3, 4) }) },
    fails: [
      'length/*',
      'ping/*',
      'masking/key-*',
      'masking/payload-*',
      'masking/cut-*',
      'masking/ping-of-*',
      'masking/a-key-*',
      'masking/frames-of-the-server',
    ],
  },
  {
    name: 'ignores reserved bits',
    behaviour: { header: without(correct.header, 'rsv1', 'rsv2', 'rsv3') },
    fails: ['reserved-bits/*'],
  },
  {
    name: 'swallows frames with reserved opcodes',
    behaviour: { header: without(correct.header, 'opcode') },
    fails: ['opcodes/reserved-*'],
  },
  {
    name: 'accepts control frames of any length',
    behaviour: { header: without(correct.header, 'controlLength') },
    fails: ['control-frames/*-of-126'],
  },
  {
    name: 'accepts fragmented control frames',
    behaviour: { header: without(correct.header, 'controlFin', 'continuation') },
    fails: ['control-frames/fragmented-*'],
  },
  {
    name: 'writes lengths that are not minimal',
    behaviour: { dress: (frame) => ({ ...frame, lengthForm: 64 }) },
    fails: ['length/*', 'ping/*'],
  },
  {
    name: 'takes the fragments of messages in any order',
    behaviour: { header: without(correct.header, 'continuation', 'newMessage') },
    fails: [
      'fragmentation/*continuation-*',
      'fragmentation/new-text-inside-a-message',
      'interleaving/begun-*-begun-*',
      'interleaving/begun-*-whole-*',
      'interleaving/whole-*-fragment*',
      'fragmentation/starts-with-*',
    ],
  },
  {
    name: 'loses all fragments but the last',
    behaviour: { join: (payloads) => payloads.at(-1)! },
    fails: [
      'fragmentation/two-*',
      'fragmentation/ping-*',
      'fragmentation/65536-*',
      'fragmentation/*-fragments-of-*',
      'fragmentation/*-with-first-fragment-empty',
      'fragmentation/*-with-middle-fragment-empty',
      'fragmentation/*-with-last-fragment-empty',
      'fragmentation/growing-fragments',
      'fragmentation/100-fragments-*',
      'fragmentation/one-message-after-another',
      'fragmentation/control-frames-between-all-fragments',
      'interleaving/begun-*-last-fragment*',
      'utf8/between-empty-fragments',
      'utf8/two-frames',
      'utf8/byte-by-byte',
      'utf8/greek-byte-by-byte',
    ],
  },
  {
    name: 'answers no ping',
    behaviour: { pong: () => [] },
    fails: [
      'ping/*',
      'fragmentation/ping-*',
      'fragmentation/two-pings-*',
      'interleaving/whole-*-whole-*-around-a-ping',
      'utf8-split/*-around-a-ping',
    ],
  },
  {
    name: 'answers each ping with an empty pong',
    behaviour: { pong: () => [new Uint8Array(0)] },
    fails: ['ping/text', 'ping/octets', 'ping/ten-*', 'fragmentation/ping-*'],
  },
  {
    name: 'answers each ping twice',
    behaviour: { pong: (payload) => [payload, payload] },
    fails: ['ping/*'],
  },
  {
    name: 'answers a pong with a pong',
    behaviour: { pongToPong: (payload) => [payload] },
    fails: [
      'pong/unsolicited-*',
      'pong/between-two-fragments',
      'segments/pong-byte-by-byte',
      'ping/after-a-pong',
    ],
  },
];
