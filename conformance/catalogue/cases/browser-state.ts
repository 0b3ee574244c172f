import type { Case } from '../../format/case.ts';
import { webSockets } from '../../format/document.ts';
import { withConnection, withoutConnection } from '../parts/in-page.ts';

export const browserStates: readonly Case[] = [
  withoutConnection(
    'browser-state/first',
    'constants and attributes are correct from the start',
    'a new WebSocket is CONNECTING, and nothing is negotiated yet',
    'events/constants',
    [[0, 1, 2, 3], [0, 1, 2, 3], 0, 0, '', '', 'blob'],
    webSockets('4'),
  ),
  withoutConnection(
    'browser-state/interface',
    'attributes, methods and constants are what the interface says',
    'what is read-only has no setter, constants cannot be changed',
    'events/shape',
    ['[object WebSocket]', [], [], [false, true, false], [1, 0], 'TypeError'],
    webSockets('3.1'),
  ),
  withConnection(
    'browser-state/send-while-connecting',
    'send() before open throws InvalidStateError',
    'send() throws in the state CONNECTING, and nothing is sent',
    'events/whileConnecting',
    { ...webSockets('4'), value: 'InvalidStateError' },
  ),
];
