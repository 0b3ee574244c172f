/** WebSocketStream: a draft that one engine ships, so nothing that it does is wrong yet. */

import type { Case } from '../../format/case.ts';
import { webSockets } from '../../format/document.ts';
import { echoOf, observed, optional } from '../../format/expectation.ts';
import { awaits, binary, close, fin, text } from '../../format/step.ts';
import { withConnection } from '../parts/in-page.ts';

const draft = { level: 'may', ...webSockets('3') } as const;
const requirement = 'no standard has it yet';
const sizes = [1, 1024, 65_536];

export const websocketStream: readonly Case[] = [
  withConnection(
    'browser-stream/echo',
    'WebSocketStream opens, echoes and is closed',
    requirement,
    'streams/echo',
    {
      ...draft,
      steps: [text('through a stream'), awaits('message'), close(1000)],
      expect: observed({ events: [optional(echoOf(text('through a stream')))] }),
      value: ['through a stream', 1000, ''],
    },
  ),
  withConnection(
    'browser-stream/close',
    'WebSocketStream.close() sends code and reason',
    requirement,
    'streams/closes',
    {
      ...draft,
      steps: [awaits('close'), close(3456, 'read enough')],
      expect: observed(),
      value: [3456, 'read enough'],
    },
  ),
  withConnection(
    'browser-stream/failure',
    'WebSocketStream.closed is rejected with a WebSocketError',
    requirement,
    'streams/fails',
    { ...draft, steps: [fin], expect: observed(), value: ['WebSocketError', 1006] },
  ),
  withConnection(
    'browser-stream/messages',
    'a reader of WebSocketStream gets messages whole and in order',
    requirement,
    'streams/slowReader',
    {
      ...draft,
      steps: [
        ...sizes.map((size) => binary(new Uint8Array(size))),
        ...sizes.map(() => awaits('message')),
        close(1000),
      ],
      expect: observed({ events: sizes.map((size) => optional(echoOf(text(`${size}`)))) }),
      value: sizes,
    },
  ),
];
