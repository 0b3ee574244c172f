/** Wrong about the end: closing handshake, failing a connection, TCP (RFC 6455 §7). */
import { type CrookedPeer, closeBody, honest, without } from './manners.ts';

const provocations = [
  'reserved-bits/*',
  'opcodes/*',
  'control-frames/*',
  'utf8/invalid-*',
  'fragmentation/*continuation-*',
  'close/body-of-one-byte',
  'close-code/invalid-*',
];

const closings = ['close/code', 'close/empty', 'close/*reason', 'close/after-an-echo'];

export const closing: readonly CrookedPeer[] = [
  {
    name: 'closes everything with 1000',
    manners: { fail: () => closeBody(1000) },
    fails: provocations,
  },
  {
    name: 'closes without a code',
    manners: { fail: () => new Uint8Array(0) },
    fails: provocations,
  },
  {
    name: 'drops bad peers without a Close',
    manners: { fail: () => undefined },
    fails: provocations,
  },
  { name: 'swallows bad frames', manners: { fail: () => 'go on' }, fails: provocations },
  {
    name: 'hangs up on everything',
    manners: { header: { ...honest.header, everything: () => 1002 } },
    fails: [...provocations, ...closings, 'length/*', 'ping/*', 'pong/*'],
  },
  {
    name: 'answers no Close',
    manners: { answerClose: () => undefined },
    fails: [...closings, 'close/*behind', 'close/inside-a-message', 'close-code/valid-*'],
  },
  { name: 'never closes TCP', manners: { end: 'never' }, fails: closings },
  {
    name: 'answers every Close with 1001',
    manners: { answerClose: () => closeBody(1001) },
    fails: closings,
  },
  {
    name: 'answers every Close with 1005',
    manners: { answerClose: () => closeBody(1005) },
    fails: [...closings, 'close-code/valid-*'],
  },
  {
    name: 'goes on after a Close',
    manners: { answersAfterClose: true },
    fails: ['close/second-close', 'close/*-behind', 'close/inside-a-message'],
  },
  {
    name: 'accepts any Close body',
    manners: { payload: without(honest.payload, 'closeLength', 'closeCode', 'closeReason') },
    fails: ['close/body-of-one-byte', 'close/reason-not-utf8', 'close-code/invalid-*'],
  },
];
