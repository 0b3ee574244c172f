import type { Case } from '../../format/case.ts';
import { rfc6455 } from '../../format/document.ts';
import { accepted, answered, echoOf, pongOf, refused } from '../../format/expectation.ts';
import { request } from '../../format/handshake.ts';
import { fill } from '../../format/payload.ts';
import { serverOnly } from '../../format/role.ts';
import { bytes, continuation, eachInItsOwnSegment, ping, text } from '../../format/step.ts';
import { writeFrame } from '../../wire/wire.ts';
import { inBytes } from '../parts/amounts.ts';

const hello = text('early');
/** A client has to wait for the response (§4.1), so no MUST covers what comes with the request. */
const early = {
  level: 'should',
  requirement: 'bytes after the request belong to the new connection; none is lost',
  against: serverOnly,
} as const;
const maskKey = Uint8Array.of(0x11, 0x22, 0x33, 0x44);
const wire = writeFrame({ opcode: 1, payload: Buffer.from('early'), maskKey });
const long = text(fill('early', 5000));

/** Where readers that look at one segment only go wrong. */
const cuts = [
  ['inside-the-method', ['GE'], 'inside the method'],
  ['inside-the-version', ['HTTP/1'], 'inside the version'],
  ['between-cr-and-lf', ['HTTP/1.1\r'], 'between CR and LF of the request line'],
  ['inside-a-name', ['Sec-Web'], 'inside a header name'],
  ['after-a-colon', ['Upgrade:'], 'after a colon'],
  ['inside-websocket', ['Upgrade: webso'], 'inside the word websocket'],
  ['inside-the-key', ['Sec-WebSocket-Key: A'], 'inside the key'],
  ['before-the-last-crlf', ['Version: 13\r\n'], 'before the last CRLF'],
  ['inside-the-last-crlf', ['Version: 13\r\n\r'], 'inside the last CRLF'],
  ['at-every-line', ['HTTP/1.1\r\n', 'websocket\r\n', 'Connection: Upgrade\r\n'], 'at its lines'],
] as const;

export const delivery: readonly Case[] = [
  ...[1, 2, 3, 7, 16, 64, 100].map((segmentSize) => ({
    id: `handshake-delivery/segments-of-${segmentSize}`,
    title: `a handshake in segments of ${inBytes(segmentSize)} is accepted`,
    level: 'must' as const,
    ...rfc6455('4.2.1'),
    requirement: 'TCP is a stream: how a request is cut does not matter',
    against: serverOnly,
    handshake: request({ segmentSize }),
    steps: [],
    expect: accepted(),
  })),
  ...cuts.map(([id, splitAfter, where]) => ({
    id: `handshake-delivery/cut-${id}`,
    title: `a handshake cut ${where} is accepted`,
    level: 'must' as const,
    ...rfc6455('4.2.1'),
    requirement: 'TCP is a stream: how a request is cut does not matter',
    against: serverOnly,
    handshake: request({
      set: { 'Sec-WebSocket-Key': 'AQIDBAUGBwgJCgsMDQ4PEA==' },
      splitAfter,
    }),
    steps: [],
    expect: accepted(),
  })),
  {
    id: 'handshake-delivery/bad-one-in-segments-of-1',
    title: 'a handshake without a key in segments of 1 byte is refused',
    level: 'must',
    ...rfc6455('4.2.1'),
    requirement: 'an invalid request is refused in any segmentation',
    against: serverOnly,
    handshake: request({ without: ['Sec-WebSocket-Key'], segmentSize: 1 }),
    steps: [],
    expect: refused(),
  },
  {
    id: 'handshake-delivery/with-a-message',
    title: 'a message in the segment of the handshake is answered',
    ...rfc6455('4.2.1'),
    ...early,
    handshake: { coalesced: true },
    steps: [hello],
    expect: answered([echoOf(hello)]),
  },
  {
    id: 'handshake-delivery/with-a-ping',
    title: 'a ping in the segment of the handshake is answered',
    ...rfc6455('4.2.1'),
    ...early,
    handshake: { coalesced: true },
    steps: [ping('early')],
    expect: answered([pongOf('early')]),
  },
  {
    id: 'handshake-delivery/with-several-frames',
    title: 'several frames in the segment of the handshake are answered in order',
    ...rfc6455('4.2.1'),
    ...early,
    handshake: { coalesced: true },
    steps: [hello, ping('early'), text('la', { fin: false }), continuation('ter')],
    expect: answered([echoOf(hello), pongOf('early'), echoOf(text('later'))]),
  },
  {
    id: 'handshake-delivery/with-a-large-message',
    title: 'a message of 5,000 bytes in the segment of the handshake is answered',
    ...rfc6455('4.2.1'),
    ...early,
    handshake: { coalesced: true },
    steps: [long],
    expect: answered([echoOf(long)]),
  },
  ...[1, 2, 4, 6, 8].map((size) => ({
    id: `handshake-delivery/with-${size}-bytes-of-a-frame`,
    title: `a frame whose first ${inBytes(size)} share the segment of the handshake is answered`,
    ...rfc6455('4.2.1'),
    ...early,
    handshake: { coalesced: true },
    steps: [bytes(wire.subarray(0, size)), eachInItsOwnSegment(bytes(wire.subarray(size)))],
    expect: answered([echoOf(hello)]),
  })),
];
