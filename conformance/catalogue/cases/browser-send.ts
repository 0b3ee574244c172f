import type { Case } from '../../format/case.ts';
import { webSockets } from '../../format/document.ts';
import { answered, closed, echoOf, pending } from '../../format/expectation.ts';
import { hex } from '../../format/payload.ts';
import { awaits, binary, close, stopReading, text } from '../../format/step.ts';
import { withConnection } from '../parts/in-page.ts';

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
  observationTimeout: 15_000,
} as const;

export const browserSend: readonly Case[] = [
  withConnection(
    'browser-send/types',
    'send() takes strings, buffers, views and Blobs, in order',
    'other types become strings; unpaired surrogates become U+FFFD',
    'messages/types',
    { ...webSockets('3.1'), expect: answered(sent.map(echoOf)) },
  ),
  withConnection(
    'browser-send/buffered-amount',
    'bufferedAmount grows by the octets of each message, and shrinks',
    'bufferedAmount counts octets of UTF-8 and of data that are not yet on the network',
    'messages/bufferedAmount',
    {
      ...webSockets('3.1'),
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
    { ...webSockets('3.1'), expect: answered([echoOf(text('abc'))]), value: [3, 3] },
  ),
  withConnection(
    'browser-send/buffered-amount-of-compressible-data',
    'bufferedAmount counts data before it is compressed',
    'bufferedAmount counts what the program handed over, without what the protocol makes of it',
    'messages/compressible',
    {
      ...webSockets('3.1'),
      needs: ['deflate'],
      handshake: { extensions: { answer: 'permessage-deflate' } },
      expect: answered([echoOf(text('a'.repeat(1000)))]),
      value: [true, 1000],
    },
  ),
  withConnection(
    'browser-send/buffered-amount-of-unread-data',
    'bufferedAmount stays above zero while the server reads nothing',
    'bufferedAmount counts what is not on the network yet, and sinks by nothing else',
    'unread/growsAndStays',
    { ...webSockets('3.1'), ...unread, value: [true, true] },
  ),
  withConnection(
    'browser-send/buffered-amount-of-what-is-given-up',
    'bufferedAmount does not return to zero after close() if data was never sent',
    'closing takes nothing off bufferedAmount; what is sent after it only grows',
    'unread/closedWhileFull',
    { ...webSockets('3.1'), ...unread, value: [true, true, true] },
  ),
  withConnection(
    'browser-send/while-closing',
    'send() after close() sends nothing, and increases bufferedAmount',
    'what can no longer be sent grows bufferedAmount',
    'messages/whileClosing',
    { ...webSockets('3.1'), steps: answer, expect: closed(3000), value: true },
  ),
  withConnection(
    'browser-send/after-close',
    'send() after the end throws nothing, and counts',
    'what can no longer be sent grows bufferedAmount',
    'messages/afterClose',
    { ...webSockets('3.1'), value: [0, true, true] },
  ),
];
