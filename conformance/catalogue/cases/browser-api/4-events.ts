import type { Section } from '../../../format/case.ts';
import { answered, closed, echoOf, failed, pongOf } from '../../../format/expectation.ts';
import { hex } from '../../../format/payload.ts';
import { awaits, binary, close, continuation, ping, pong, text } from '../../../format/step.ts';
import { withConnection, withoutConnection } from './in-page.ts';

const quietly = 'false false';

export const events: Section = {
  document: 'WHATWG WebSockets',
  at: '4',
  title: 'States and events',
  cases: [
    withoutConnection(
      'browser-state/first',
      'constants and attributes are there from the start',
      'a new WebSocket is CONNECTING, and nothing is agreed yet',
      'events/constants',
      [[0, 1, 2, 3], [0, 1, 2, 3], 0, 0, '', '', 'blob'],
    ),
    withoutConnection(
      'browser-state/interface',
      'attributes, methods and constants are what the interface says',
      'what is read-only has no setter, constants cannot be changed',
      'events/shape',
      ['[object WebSocket]', [], [], [false, true, false], [1, 0], 'TypeError'],
      { section: '3.1' },
    ),
    withoutConnection(
      'browser-events/handlers',
      'handlers keep functions and turn all else into null',
      'onopen and its like are event handler attributes',
      'events/handlers',
      [[null, null, null, null], true, null, true],
    ),
    withoutConnection(
      'browser-events/failure',
      'a failure is an Event, then a CloseEvent that says nothing',
      'why a connection failed is kept from programs',
      'events/failure',
      ['Event 3', 'CloseEvent 1006 "" false'],
    ),
    withConnection(
      'browser-events/order',
      'open, message, message, close, each in its state',
      'events come in order, neither bubble nor can be cancelled',
      'events/order',
      {
        steps: [text('one'), binary('two')],
        value: [
          `open 1 ${quietly}`,
          `message 1 ${quietly}`,
          `message 1 ${quietly}`,
          `close 3 ${quietly}`,
        ],
      },
    ),
    withConnection(
      'browser-events/order-in-one-segment',
      'open comes first though all came in one segment',
      'events come in order, however the bytes came',
      'events/order',
      {
        handshake: { coalesced: true },
        steps: [text('one'), close(1000)],
        expect: closed([1000, 'none']),
        value: [`open 1 ${quietly}`, `message 1 ${quietly}`, `close 3 ${quietly}`],
      },
    ),
    withConnection(
      'browser-events/open-before-a-failure-in-one-segment',
      'open comes first though a bad frame shares the segment of the 101',
      'a connection that was established is told to be open before it fails',
      'events/order',
      {
        handshake: { coalesced: true },
        steps: [text('bad', { rsv2: true })],
        expect: failed(1002),
        value: [`open 1 ${quietly}`, `error 3 ${quietly}`, `close 3 ${quietly}`],
      },
    ),
    withConnection(
      'browser-events/close-event',
      'a close is a CloseEvent with the code and reason of the server',
      'code and reason are those of the Close, clean where both sides sent one',
      'events/closeEvent',
      {
        steps: [close(4321, 'grüße')],
        expect: closed(4321),
        value: [true, 4321, 'grüße', true],
      },
    ),
    withConnection(
      'browser-events/close-in-the-segment-of-the-101',
      'a Close that shares the segment of the 101 tells code and reason',
      'what came with the response counts as what comes behind it',
      'events/closeEvent',
      {
        handshake: { coalesced: true },
        steps: [close(1001, 'at once')],
        expect: closed(1001),
        value: [true, 1001, 'at once', true],
      },
    ),
    withConnection(
      'browser-events/no-message-behind-an-error',
      'nothing is told between an error and the close',
      'a connection that failed delivers nothing more',
      'events/order',
      {
        steps: [text('one'), text('bad', { rsv2: true }), text('two')],
        expect: failed(1002),
        value: [
          `open 1 ${quietly}`,
          `message 1 ${quietly}`,
          `error 3 ${quietly}`,
          `close 3 ${quietly}`,
        ],
      },
    ),
    withConnection(
      'browser-events/message-event',
      'a message is a MessageEvent with data and origin',
      'the origin is that of the WebSocket URL; the rest is empty',
      'events/messageEvent',
      {
        steps: [text('data')],
        value: [true, 'data', '', null, 0, true],
      },
    ),
    withConnection(
      'browser-events/listeners',
      'listeners and handler are called in the order they were set',
      'an event handler is a listener among others',
      'events/listenersAndHandlers',
      {
        value: ['first', 'handler', 'last'],
      },
    ),
    withConnection(
      'browser-events/throwing-listener',
      'a listener that throws ends nothing',
      'the next message is delivered all the same',
      'events/throwingListener',
      {
        steps: [text('one'), text('two')],
        value: 2,
      },
    ),
    withConnection(
      'browser-state/send-while-connecting',
      'send() before open throws InvalidStateError',
      'send() throws in the state CONNECTING, and nothing is sent',
      'events/whileConnecting',
      {
        value: 'InvalidStateError',
      },
    ),
    withConnection(
      'browser-receive/kinds',
      'text arrives as it was sent, control frames not at all',
      'a message is its fragments joined; BOM, NUL and noncharacters are kept',
      'messages/received',
      {
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
        steps: [binary('abc'), awaits('message'), binary('defg')],
        expect: answered([echoOf(text('switched'))]),
        value: ['blob', 'blob', 'Blob', 'abc', 'ArrayBuffer', 4],
      },
    ),
  ],
};
