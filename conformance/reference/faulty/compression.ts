/** Wrong about permessage-deflate (RFC 7692). */
import { alivePayload } from '../../format/liveness.ts';
import { readExtensions } from '../../wire/negotiation.ts';
import { opcodes } from '../../wire/wire.ts';
import { closeBody, correct, type FaultyPeer, without } from '../behaviour.ts';

export const compression: readonly FaultyPeer[] = [
  {
    name: 'forgets to reset its deflate context',
    behaviour: { deflate: (agreed) => ({ ...agreed, contextTakeover: true }) },
    fails: ['deflate/no-takeover-*', 'deflate/three-offers-*'],
  },
  {
    name: 'forgets to keep its inflate context',
    behaviour: { inflate: (agreed) => ({ ...agreed, contextTakeover: false }) },
    rule: 'window-not-kept',
    fails: ['deflate/takeover-*'],
  },
  {
    name: 'compresses with a larger window than agreed',
    behaviour: { deflate: (agreed) => ({ ...agreed, windowBits: 15 }) },
    // Shorter ones do not fill that window.
    fails: [256, 1024, 4096, 8192, 16_384, 32_768, 65_536, 131_072].map(
      (size) => `deflate/window-9-${size}-bytes*`,
    ),
  },
  {
    name: 'compresses without saying so',
    behaviour: { dress: (frame) => ({ ...frame, rsv1: false }) },
    fails: ['deflate/window-*', 'deflate/takeover-*'],
  },
  {
    name: 'agrees to any offer of permessage-deflate',
    behaviour: {
      request: without(correct.request, 'grammar'),
      agree: (offers) => offers.map(({ name }) => ({ name, parameters: [] }))[0],
    },
    fails: ['deflate-offer/*-declined'],
  },
  {
    name: 'grants a window that there is not',
    behaviour: {
      agree: (offers) =>
        offers.map(({ name }) => ({
          name,
          parameters: [['server_max_window_bits', '16'] as const],
        }))[0],
    },
    fails: [
      ...['bare', 'server-no-takeover', 'client-no-takeover', 'client-window', 'all-four'],
      ...['quoted-window', 'spaces', 'in-order', 'twice', '*-then-valid'],
      ...['8', '9', '10', '11', '12', '13', '14', '15'].map((bits) => `*-window-${bits}`),
    ].map((name) => `deflate-offer/${name}`),
  },
  {
    name: 'refuses a handshake over its first offer, whatever follows it',
    behaviour: {
      request: {
        ...correct.request,
        offers: (request) => {
          const [first] = readExtensions(request);
          return first && !correct.agree([first]) ? 400 : undefined;
        },
      },
    },
    fails: ['deflate-offer/*-then-valid'],
  },
  {
    name: 'takes RSV1 on any frame',
    behaviour: { header: without(correct.header, 'rsv1') },
    fails: ['deflate-bit/on-*', 'deflate-bit/ping-inside-a-compressed-message'],
  },
  {
    name: 'takes a message for plain after a control frame between its fragments',
    behaviour: { compressedAcrossControls: false },
    fails: ['deflate-bit/*-between-compressed-fragments', 'deflate-bit/ping-between-segments-*'],
  },
  {
    name: 'takes RSV2 and RSV3 beside RSV1',
    behaviour: { header: without(correct.header, 'rsv2', 'rsv3') },
    fails: ['deflate-bit/rsv*'],
  },
  {
    name: 'refuses plain messages once compression is agreed',
    behaviour: {
      header: {
        ...correct.header,
        plain: ({ opcode, rsv1, payload }, { deflate }) =>
          deflate && !rsv1 && opcode === opcodes.text && !isProofOfLife(payload) ? 1002 : undefined,
      },
    },
    fails: ['deflate-bit/plain-*'],
  },
  {
    name: 'adds an octet to what it inflates',
    behaviour: {
      echo: (message) =>
        message.compressed
          ? [{ ...message, data: Buffer.concat([message.data, Uint8Array.of(0x2e)]) }]
          : [message],
    },
    fails: [
      ...['stored', 'fixed', 'dynamic', 'final', 'two-blocks', 'empty*'],
      ...['final-then-*', 'one-octet-*', 'stored-binary-of-*', 'long-run'],
    ].map((name) => `deflate-block/${name}`),
  },
  {
    name: 'passes over what it cannot inflate',
    behaviour: { fail: (code) => (code === 1007 ? 'go on' : closeBody(code)) },
    fails: ['deflate-block/*-fails', 'limits/deflate-bomb-then-malformed'],
  },
];

/** A faulty peer is correct until its case begins. */
const isProofOfLife = (payload: Uint8Array) =>
  Buffer.from(payload).toString('latin1') === alivePayload;
