/** Wrong about the end: closing handshake, failing a connection, TCP (RFC 6455 §7). */
import { opcodes } from '../../wire/wire.ts';
import { closeBody, correct, type FaultyPeer, without } from '../behaviour.ts';

/** A Close without a code after these is the one that a failing target sends by itself. */
const badFrames = [
  'reserved-bits/*text',
  'reserved-bits/*-on-binary',
  'reserved-bits/*-on-p*',
  'reserved-bits/*-fragment',
  'opcodes/*',
  'interleaving/begun-*-begun-*',
  'closing/bad-frame-*',
  'utf8-split/invalid-*',
  'utf8/invalid-*',
  'control-frames/p*',
  'control-frames/fragmented-p*',
  'fragmentation/*continuation-*',
];
/** After these, a Close may as well be the answer to one that was not found to be bad. */
const badCloses = [
  'reserved-bits/*-on-close',
  'control-frames/*close*',
  'close-code/unsendable-*',
  'close-code/one-byte-*',
  'close-reason/not-utf8-*',
  'close/body-of-one-byte',
  'close-code/invalid-*',
];
const provocations = [...badFrames, ...badCloses];

const closings = [
  'close-code/registered-*',
  'close-code/free-*',
  'close-reason/of-*',
  'close-reason/with-*',
  'close-reason/that-*',
  'closing/as-the-first-frame',
  'closing/in-the-segment-of-the-handshake',
  'closing/*inside-an-unfinished-message',
  'closing/after-pending-data',
  'closing/*-after-a-close',
  'closing/with-fin-at-once',
  'closing/message-and-close-with-fin',
  'closing/server-ends-tcp-first',
  'segments/close-*',
  'segments/*-and-close-in-one',
  'close/code',
  'close/empty',
  'close/*reason',
  'close/after-an-echo',
];

export const closing: readonly FaultyPeer[] = [
  {
    name: 'closes everything with 1000',
    behaviour: { fail: () => closeBody(1000) },
    fails: provocations,
  },
  {
    name: 'closes without a code',
    behaviour: { fail: () => new Uint8Array(0) },
    breaks: 'should',
    rule: 'wrong-close-code',
    fails: [
      ...badFrames,
      ...badCloses.filter((pattern) => pattern !== 'reserved-bits/*-on-close'),
      'reserved-bits/*-inside-a-message-on-close',
      ...['rsv1', 'rsv2', 'rsv3'].map((bit) => `reserved-bits/${bit}-on-close`),
    ],
  },
  {
    name: 'closes unmasked frames with 1000',
    asClient: false,
    behaviour: { fail: () => closeBody(1000) },
    breaks: 'should',
    fails: ['masking/unmasked-*'],
  },
  {
    name: 'drops bad peers without a Close',
    behaviour: { fail: () => undefined },
    breaks: 'should',
    rule: 'failed-without-close-frame',
    fails: provocations,
  },
  {
    name: 'swallows bad frames',
    behaviour: { fail: () => 'go on' },
    fails: [...provocations, 'masking/unmasked-*'],
  },
  {
    name: 'hangs up on everything',
    behaviour: { header: { ...correct.header, everything: () => 1002 } },
    fails: [
      ...provocations,
      ...closings.filter((pattern) => !/-first|handshake/.test(pattern)),
      'length/*',
      'ping/*',
      'pong/*',
    ],
  },
  {
    name: 'answers no Close',
    behaviour: { answerClose: () => undefined },
    rule: 'no-close-frame',
    fails: [...closings, 'close/*-after-close', 'close/inside-a-message', 'close-code/valid-*'],
  },
  {
    name: 'never closes TCP',
    asClient: false,
    behaviour: { end: 'never' },
    rule: 'tcp-left-open',
    fails: ['close/code', 'close/empty', 'closing/server-ends-tcp-first', 'closing/close-after-*'],
  },
  {
    name: 'serves no one after a reset',
    asClient: false,
    behaviour: { survivesResets: false },
    fails: ['closing/rst-*'],
  },
  {
    name: 'knows no close code beyond 1011',
    behaviour: {
      payload: {
        ...correct.payload,
        closeCode: ({ opcode, payload }) =>
          opcode === opcodes.close && Buffer.from(payload).readUInt16BE(0) > 1011
            ? 1002
            : undefined,
      },
    },
    breaks: 'should',
    fails: ['close-code/registered-*', 'close-code/free-*'],
  },
  {
    name: 'answers every Close with 1001',
    behaviour: { answerClose: () => closeBody(1001) },
    breaks: 'should',
    fails: closings,
  },
  {
    name: 'answers every Close with 1005',
    behaviour: { answerClose: () => closeBody(1005) },
    rule: 'bad-close-payload',
    fails: [...closings, 'close-code/valid-*'],
  },
  {
    name: 'goes on after a Close',
    behaviour: { answersAfterClose: true },
    fails: ['close/second-close', 'close/*-after-close', 'close/inside-a-message'],
  },
  {
    name: 'accepts any Close body',
    behaviour: { payload: without(correct.payload, 'closeLength', 'closeCode', 'closeReason') },
    fails: [
      'close/body-of-one-byte',
      'close/reason-not-utf8',
      'close-code/invalid-*',
      'close-code/unsendable-*',
      'close-code/one-byte-*',
      'close-reason/not-utf8-*',
    ],
  },
];
