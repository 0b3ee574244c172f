import type { Case } from '../../format/case.ts';
import { webSockets } from '../../format/document.ts';
import { answered, echoOf, pongOf } from '../../format/expectation.ts';
import { hex } from '../../format/payload.ts';
import { awaits, binary, continuation, ping, pong, text } from '../../format/step.ts';
import { withConnection } from '../parts/in-page.ts';

export const browserReceive: readonly Case[] = [
  withConnection(
    'browser-receive/kinds',
    'text arrives as it was sent, control frames not at all',
    'a message is its fragments joined; BOM, NUL and noncharacters are kept',
    'messages/received',
    {
      ...webSockets('4'),
      steps: [
        text('fra', { fin: false }),
        ping('p'),
        pong('q'),
        continuation('gment'),
        text(''),
        text(hex('efbbbf 41')),
        text('\0'),
        text('\uffff'),
        text('😀'),
      ],
      expect: answered([pongOf('p')]),
      value: ['fragment', '', '\ufeffA', '\0', '\uffff', '😀'],
    },
  ),
  withConnection(
    'browser-receive/binary-type-between-fragments',
    'binaryType counts when a message is whole',
    'binaryType is looked at when a message has been received, not when it began',
    'messages/binaryTypeInsideAMessage',
    {
      ...webSockets('4'),
      steps: [
        text('first'),
        binary('abc', { fin: false }),
        awaits('message'),
        continuation('defg'),
      ],
      expect: answered([echoOf(text('switched'))]),
      value: ['ArrayBuffer', 7],
    },
  ),
  withConnection(
    'browser-receive/binary-type',
    'binaryType is blob at first, can be switched, ignores nonsense',
    'binaryType says how the next binary message is delivered',
    'messages/binaryType',
    {
      ...webSockets('4'),
      steps: [binary('abc'), awaits('message'), binary('defg')],
      expect: answered([echoOf(text('switched'))]),
      value: ['blob', 'blob', 'Blob', 'abc', 'ArrayBuffer', 4],
    },
  ),
];
