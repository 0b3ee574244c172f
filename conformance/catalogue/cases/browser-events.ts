import type { Case } from '../../format/case.ts';
import { webSockets } from '../../format/document.ts';
import { closed, failed } from '../../format/expectation.ts';
import { binary, close, text } from '../../format/step.ts';
import { withConnection, withoutConnection } from '../parts/in-page.ts';

const quietly = 'false false';

export const browserEvents: readonly Case[] = [
  withoutConnection(
    'browser-events/handlers',
    'handlers keep functions and turn anything else into null',
    'onopen and its like are event handler attributes',
    'events/handlers',
    [[null, null, null, null], true, null, true],
    webSockets('4'),
  ),
  withoutConnection(
    'browser-events/failure',
    'a failure is an Event, then a CloseEvent without details',
    'why a connection failed is kept from programs',
    'events/failure',
    ['Event 3', 'CloseEvent 1006 "" false'],
    webSockets('4'),
  ),
  withConnection(
    'browser-events/order',
    'open, message, message, close, each in its state',
    'events come in order, neither bubble nor can be cancelled',
    'events/order',
    {
      ...webSockets('4'),
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
      ...webSockets('4'),
      handshake: { coalesced: true },
      steps: [text('one'), close(1000)],
      expect: closed([1000, 'none']),
      value: [`open 1 ${quietly}`, `message 1 ${quietly}`, `close 3 ${quietly}`],
    },
  ),
  withConnection(
    'browser-events/open-before-a-failure-in-one-segment',
    'open comes first though a bad frame shares the segment of the 101',
    'an established connection has an open event before it fails',
    'events/order',
    {
      ...webSockets('4'),
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
      ...webSockets('4'),
      steps: [close(4321, 'grüße')],
      expect: closed(4321),
      value: [true, 4321, 'grüße', true],
    },
  ),
  withConnection(
    'browser-events/close-in-the-segment-of-the-101',
    'a Close that shares the segment of the 101 reports code and reason',
    'what came with the response counts as what comes after it',
    'events/closeEvent',
    {
      ...webSockets('4'),
      handshake: { coalesced: true },
      steps: [close(1001, 'at once')],
      expect: closed(1001),
      value: [true, 1001, 'at once', true],
    },
  ),
  withConnection(
    'browser-events/no-message-after-an-error',
    'there is no event between an error and the close',
    'a connection that failed delivers nothing more',
    'events/order',
    {
      ...webSockets('4'),
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
    { ...webSockets('4'), steps: [text('data')], value: [true, 'data', '', null, 0, true] },
  ),
  withConnection(
    'browser-events/listeners',
    'listeners and handler are called in the order they were set',
    'an event handler is a listener among others',
    'events/listenersAndHandlers',
    { ...webSockets('4'), value: ['first', 'handler', 'last'] },
  ),
  withConnection(
    'browser-events/throwing-listener',
    'a listener that throws ends nothing',
    'the next message is still delivered',
    'events/throwingListener',
    { ...webSockets('4'), steps: [text('one'), text('two')], value: 2 },
  ),
];
