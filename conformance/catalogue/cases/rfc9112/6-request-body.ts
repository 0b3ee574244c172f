import type { Section } from '../../../format/case.ts';
import type { Check } from '../../../format/check.ts';
import {
  answered,
  echoOf,
  orRefused,
  refused,
  refusedOrPending,
} from '../../../format/expectation.ts';
import { request } from '../../../format/handshake.ts';
import { serverOnly } from '../../../format/role.ts';
import { text } from '../../../format/step.ts';
import { writeFrame } from '../../../wire/wire.ts';

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

export const requestBody: Section = {
  document: 'RFC 9112',
  at: '6',
  title: 'Body in the request',
  cases: [
    ...(
      [
        ['a-frame', [length(frame)], frame, 'a frame'],
        ['a-second-handshake', [length(secondRequest)], secondRequest, 'a second handshake'],
        ['text', ['Content-Length: 5'], 'hello', 'text'],
      ] as const
    ).map(([id, add, body, what]) => ({
      id: `handshake-body/${id}`,
      title: `${what} in a handshake lets nothing in through the body`,
      level: 'must' as const,
      document: 'RFC 9110' as const,
      section: '7.8',
      requirement:
        'the new protocol begins behind the whole request, its body read as announced (§2.4)',
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
      section: '6.3',
      requirement: 'a request whose length is 0 has no body that could stand in the way',
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
      title: `a handshake with ${what} lets no frame in`,
      level: 'must' as const,
      document: 'RFC 9110' as const,
      section: '7.8',
      requirement:
        'the new protocol begins behind the whole request, its body read as announced (§2.4)',
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
      section: '6.3',
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
      title: 'a Content-Length that is too large to count lets no handshake through',
      level: 'must',
      document: 'RFC 9110',
      section: '8.6',
      requirement:
        'a number of any length is read without an overflow; the body comes first (§7.8)',
      against: serverOnly,
      rule: 'body-not-awaited',
      handshake: request({ add: ['Content-Length: 99999999999999999999999'] }),
      steps: [],
      expect: refusedOrPending(),
    },
    ...(
      [
        ['key', request({ without: ['Sec-WebSocket-Key'] }), 'without a key'],
        ['version', request({ set: { 'Sec-WebSocket-Version': '14' } }), 'of another version'],
        ['upgrade', request({ without: ['Upgrade'] }), 'without Upgrade'],
        ['method', request({ startLine: 'POST {target} HTTP/1.1' }), 'by POST'],
      ] as const
    ).map(([id, handshake, what]) => ({
      id: `handshake-refused/frames-after-bad-${id}`,
      title: `behind a handshake ${what} frames are not frames`,
      level: 'must' as const,
      document: 'RFC 6455' as const,
      section: '4.2.1',
      requirement: 'a server that refuses a handshake stops there: nothing behind it is a frame',
      against: serverOnly,
      rule: 'frame-after-refusal',
      handshake: { ...handshake, coalesced: true },
      steps: [text(smuggled)],
      expect: refused(undefined, { checks: nothingSmuggled }),
    })),
    {
      id: 'handshake-refused/plain-get-behind-it',
      title: 'a plain GET in the same segment as a refused handshake gets no 101',
      level: 'must',
      document: 'RFC 6455',
      section: '4.2.1',
      requirement: 'what was refused does not lend its Upgrade to the request behind it',
      against: serverOnly,
      rule: 'switch-after-refusal',
      handshake: request({
        without: ['Sec-WebSocket-Key'],
        body: 'GET / HTTP/1.1\r\nHost: framewright.invalid\r\n\r\n',
      }),
      steps: [text(smuggled)],
      expect: refused(undefined, { checks: nothingSmuggled }),
    },
    {
      id: 'handshake-refused/good-handshake-behind-it',
      title: 'a good handshake in the same segment as a refused one is answered or not',
      level: 'may',
      requirement: 'HTTP lets requests follow each other; a refusal may also end the connection',
      section: '9.3.2',
      against: serverOnly,
      handshake: request({ without: ['Sec-WebSocket-Key'], body: secondRequest }),
      steps: [],
      expect: refused(),
    },
  ],
};
