import type { Case } from '../../format/case.ts';
import type { Check } from '../../format/check.ts';
import { rfc9110, rfc9112 } from '../../format/document.ts';
import {
  answered,
  echoOf,
  orRefused,
  refused,
  refusedOrPending,
} from '../../format/expectation.ts';
import { request } from '../../format/handshake.ts';
import { serverOnly } from '../../format/role.ts';
import { text } from '../../format/step.ts';
import { writeFrame } from '../../wire/wire.ts';

const smuggled = 'framewright: smuggled';
/** Nothing after a refusal was read as frames or as another handshake. */
const nothingSmuggled: readonly Check[] = [
  { kind: 'noEchoAfterRefusal', payload: smuggled },
  { kind: 'noSwitchAfterRefusal' },
];
const frame = writeFrame({
  opcode: 1,
  payload: Buffer.from(smuggled),
  maskKey: Uint8Array.of(0x0a, 0x0b, 0x0c, 0x0d),
});
const chunked = Buffer.concat([
  Buffer.from(`${frame.length.toString(16)}\r\n`),
  frame,
  Buffer.from('\r\n0\r\n\r\n'),
]);
const secondRequest =
  'GET /smuggled HTTP/1.1\r\nHost: framewright.invalid\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: c211Z2dsZWQgcmVxdWVzdA==\r\nSec-WebSocket-Version: 13\r\n\r\n';
const length = (bytes: { length: number }) => `Content-Length: ${bytes.length}`;
const after = text('after the body');
const encoding = 'Transfer-Encoding: chunked';

export const requestBody: readonly Case[] = [
  ...(
    [
      ['a-frame', [length(frame)], frame, 'a frame'],
      ['a-second-handshake', [length(secondRequest)], secondRequest, 'a second handshake'],
      ['text', ['Content-Length: 5'], 'hello', 'text'],
    ] as const
  ).map(([id, add, body, what]) => ({
    id: `handshake-body/${id}`,
    title: `${what} in a handshake is not read as frames or as a request`,
    level: 'must' as const,
    ...rfc9110('7.8'),
    requirement: 'the new protocol begins after the complete request and its body (§2.4)',
    against: serverOnly,
    tags: ['CVE-2026-69243'],
    rule: 'body-read-as-frames',
    handshake: request({ add, body }),
    steps: [after],
    expect: orRefused(answered([echoOf(after)], { checks: nothingSmuggled })),
  })),
  {
    id: 'handshake-body/nothing',
    title: 'a handshake with a Content-Length of 0 is accepted',
    level: 'should',
    ...rfc9112('6.3'),
    requirement: 'a request whose length is 0 has no body and can be accepted',
    against: serverOnly,
    handshake: request({ add: ['Content-Length: 0'] }),
    steps: [after],
    expect: answered([echoOf(after)]),
  },
  ...(
    [
      ['chunked', [encoding], 'a chunked body'],
      ['chunked-and-length', [length(chunked), encoding], 'Content-Length and Transfer-Encoding'],
    ] as const
  ).map(([id, add, what]) => ({
    id: `handshake-body/${id}`,
    title: `a handshake with ${what} is not read as frames`,
    level: 'must' as const,
    ...rfc9110('7.8'),
    requirement: 'the new protocol begins after the complete request and its body (§2.4)',
    against: serverOnly,
    tags: ['CVE-2026-69243'],
    rule: 'body-read-as-frames',
    handshake: request({ add, body: chunked }),
    steps: [after],
    expect: orRefused(answered([echoOf(after)], { checks: nothingSmuggled })),
  })),
  ...(
    [
      ['negative', ['Content-Length: -1']],
      ['no-number', ['Content-Length: five']],
      ['two-that-differ', ['Content-Length: 0', 'Content-Length: 5']],
    ] as const
  ).map(([id, add]) => ({
    id: `handshake-body/content-length-${id}`,
    title: `a Content-Length that is ${id.replaceAll('-', ' ')} is refused`,
    level: 'must' as const,
    ...rfc9112('6.3'),
    requirement: 'a Content-Length that is not one valid number is answered with 400',
    against: serverOnly,
    rule: 'malformed-content-length',
    handshake: request({ add }),
    steps: [],
    expect: refused([400]),
  })),
  {
    // The number is valid: to wait for the body, or to refuse it, is as right as to read it.
    id: 'handshake-body/content-length-too-large-to-count',
    title: 'a Content-Length that is too large to count leads to no 101',
    level: 'must',
    ...rfc9110('8.6'),
    requirement: 'a number of any length is read without an overflow; the body comes first (§7.8)',
    against: serverOnly,
    rule: 'body-not-awaited',
    handshake: request({ add: ['Content-Length: 99999999999999999999999'] }),
    steps: [],
    expect: refusedOrPending(),
  },
];
