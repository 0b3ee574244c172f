/** Wrong about the end: closing handshake, failing a connection, TCP (RFC 6455 §7). */
import { type CrookedPeer, closeBody, honest, without } from './manners.ts';

export const closing: readonly CrookedPeer[] = [
  { name: 'closes everything with 1000', manners: { fail: () => closeBody(1000) }, fails: [] },
  { name: 'closes without a code', manners: { fail: () => new Uint8Array(0) }, fails: [] },
  { name: 'drops bad peers without a Close', manners: { fail: () => undefined }, fails: [] },
  { name: 'swallows bad frames', manners: { fail: () => 'go on' }, fails: [] },
  {
    name: 'hangs up on everything',
    manners: { header: { ...honest.header, everything: () => 1002 } },
    fails: [],
  },
  { name: 'answers no Close', manners: { answerClose: () => undefined }, fails: [] },
  { name: 'never closes TCP', manners: { end: 'never' }, fails: [] },
  {
    name: 'answers every Close with 1001',
    manners: { answerClose: () => closeBody(1001) },
    fails: [],
  },
  {
    name: 'answers a Close with 1005',
    manners: { answerClose: () => closeBody(1005) },
    fails: [],
  },
  { name: 'goes on after a Close', manners: { answersAfterClose: true }, fails: [] },
  {
    name: 'accepts any Close body',
    manners: { payload: without(honest.payload, 'closeLength', 'closeCode', 'closeReason') },
    fails: [],
  },
];
