import type { Section } from '../../../format/case.ts';
import { answered, closed, echoOf, pending } from '../../../format/expectation.ts';
import { hex } from '../../../format/payload.ts';
import { awaits, binary, close, stopReading, text } from '../../../format/step.ts';
import { withConnection, withoutConnection } from './in-page.ts';

const sent = [
  text('text'),
  text(''),
  text('12'),
  text('null'),
  text('undefined'),
  text('object'),
  binary(hex('01 02 03 04 05')),
  binary(hex('02 03')),
  binary(hex('05')),
  binary(hex('01 02')),
  binary('blob'),
  text('a\ufffdb'),
];

const answer = [awaits('close'), close(1000)] as const;
/** The page says when it has seen what it sends into (page/client-cases/api/unread.ts). */
const unread = {
  steps: [stopReading, text('nothing is read')],
  expect: pending(),
  patience: 15_000,
} as const;

export const sendAndClose: Section = {
  document: 'WHATWG WebSockets',
  at: '3.1',
  title: 'send() and close()',
  cases: [
    withConnection(
      'browser-send/types',
      'send() takes strings, buffers, views and Blobs, in order',
      'what is no binary type becomes a string; unpaired surrogates become U+FFFD',
      'messages/types',
      { expect: answered(sent.map(echoOf)) },
    ),
    withConnection(
      'browser-send/buffered-amount',
      'bufferedAmount grows by the octets of each message, and sinks',
      'bufferedAmount counts octets of UTF-8 and of data that are not yet on the network',
      'messages/bufferedAmount',
      {
        steps: [
          awaits('message'),
          awaits('message'),
          awaits('message'),
          awaits('message'),
          text('all here'),
        ],
        expect: answered([
          echoOf(text('abc')),
          echoOf(text('é')),
          echoOf(binary(new Uint8Array(10))),
          echoOf(binary('12345')),
        ]),
        value: [0, 3, 20, 0],
      },
    ),
    withConnection(
      'browser-send/buffered-amount-within-a-task',
      'bufferedAmount does not sink while a task runs',
      'what has left is taken off between tasks, so a program sees one value within each',
      'messages/withinOneTask',
      { expect: answered([echoOf(text('abc'))]), value: [3, 3] },
    ),
    withConnection(
      'browser-send/buffered-amount-of-compressible-data',
      'bufferedAmount counts data before it is compressed',
      'bufferedAmount counts what the program handed over, without what the protocol makes of it',
      'messages/compressible',
      {
        needs: ['deflate'],
        handshake: { extensions: { answer: 'permessage-deflate' } },
        expect: answered([echoOf(text('a'.repeat(1000)))]),
        value: [true, 1000],
      },
    ),
    withConnection(
      'browser-send/buffered-amount-of-what-nobody-reads',
      'bufferedAmount stays above zero while the server reads nothing',
      'bufferedAmount counts what is not on the network yet, and sinks by nothing else',
      'unread/growsAndStays',
      { ...unread, value: [true, true] },
    ),
    withConnection(
      'browser-send/buffered-amount-of-what-is-given-up',
      'bufferedAmount is no zero behind close() and the end where data never left',
      'closing takes nothing off bufferedAmount; what is sent behind it only grows',
      'unread/closedWhileFull',
      { ...unread, value: [true, true, true] },
    ),
    withConnection(
      'browser-send/while-closing',
      'send() behind close() sends nothing, and counts',
      'what can no longer be sent grows bufferedAmount',
      'messages/whileClosing',
      { steps: answer, expect: closed(3000), value: true },
    ),
    withConnection(
      'browser-send/after-close',
      'send() after the end throws nothing, and counts',
      'what can no longer be sent grows bufferedAmount',
      'messages/afterClose',
      { value: [0, true, true] },
    ),
    withConnection(
      'browser-close/bad-arguments',
      'close() takes 1000, 3000 to 4999, and 123 octets',
      'another code throws InvalidAccessError, a longer reason SyntaxError, and nothing is closed',
      'closing/badArguments',
      {
        steps: answer,
        expect: closed(1000),
        value: [...Array(12).fill('InvalidAccessError'), 'SyntaxError', 'SyntaxError', 1],
      },
    ),
    withConnection(
      'browser-close/longest-reason',
      'a reason of 123 octets is sent whole',
      'the reason is at most 123 octets of UTF-8',
      'closing/longestReason',
      {
        steps: answer,
        expect: closed(4999, { checks: [{ kind: 'closeReason', reason: `${'é'.repeat(61)}x` }] }),
      },
    ),
    withConnection(
      'browser-close/unpaired-surrogate',
      'an unpaired surrogate in a reason becomes U+FFFD',
      'the reason is a string of scalar values',
      'closing/unpairedSurrogate',
      {
        steps: answer,
        expect: closed(3000, { checks: [{ kind: 'closeReason', reason: 'a\ufffdb' }] }),
      },
    ),
    withConnection(
      'browser-close/twice',
      'a second close() does nothing',
      'close() in CLOSING or CLOSED does nothing',
      'closing/twice',
      {
        steps: answer,
        expect: closed(3000),
        value: [1, 2, 3],
      },
    ),
    withoutConnection(
      'browser-close/while-connecting',
      'close() before open fails the connection',
      'close() in CONNECTING is CLOSING at once, and fails the connection',
      'closing/whileConnecting',
      [2, 1006, false],
    ),
  ],
};
