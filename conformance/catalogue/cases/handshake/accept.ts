import type { Case } from '../../../format/case.ts';
import { rfc6455 } from '../../../format/document.ts';
import { accepted } from '../../../format/expectation.ts';
import { acceptFor, request } from '../../../format/handshake.ts';
import { serverOnly } from '../../../format/role.ts';

const keyOf = (octet: number) => Buffer.alloc(16, octet).toString('base64');

export const accept: readonly Case[] = [
  ...(
    [
      ['sample', 'dGhlIHNhbXBsZSBub25jZQ==', 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=', 'the RFC’s sample'],
      ['with-plus-and-slash', '+/+/+/+/+/+/+/+/+/+/+w==', undefined, 'a key with + and /'],
      ['of-zeros', keyOf(0x00), undefined, 'a key of 16 bytes of 00'],
      ['of-ff', keyOf(0xff), undefined, 'a key of 16 bytes of ff'],
      ['of-letters', keyOf(0x69), undefined, 'a key whose base64 is letters only'],
    ] as const
  ).map(([id, key, answer, what]) => ({
    id: `handshake/accept-for-a-key-${id}`,
    title: `${what} gets the right Sec-WebSocket-Accept`,
    level: 'must' as const,
    ...rfc6455('4.2.2'),
    requirement: 'the answer is the base64 of the SHA-1 of the key as written and the GUID',
    against: serverOnly,
    rule: 'wrong-accept',
    handshake: request({ key }),
    steps: [],
    expect: accepted({ kind: 'accept', value: answer ?? acceptFor(key) }),
  })),
  {
    id: 'handshake/accept-for-fifty-keys',
    title: 'fifty different keys get fifty right answers',
    level: 'must',
    ...rfc6455('4.2.2'),
    requirement: 'each answer is computed from the key of its request',
    against: serverOnly,
    rule: 'wrong-accept',
    repeat: { times: 50, atOnce: 5 },
    steps: [],
    expect: accepted(),
  },
];
