import type { Case } from '../../format/case.ts';
import { rfc6455 } from '../../format/document.ts';
import { accepted, answered, echoOf, refused } from '../../format/expectation.ts';
import { request } from '../../format/handshake.ts';
import { serverOnly } from '../../format/role.ts';
import { binary, close, fin, rst, text } from '../../format/step.ts';

const bad = request({ without: ['Sec-WebSocket-Key'] });

export const repeatedHandshakes: readonly Case[] = [
  {
    id: 'handshake-repeated/thousand-in-a-row',
    title: 'a thousand connections, one after the other, are all accepted',
    level: 'should',
    ...rfc6455('4.2.2'),
    requirement: 'a handshake does not depend on earlier ones',
    against: serverOnly,
    alive: 'untested',
    repeat: { times: 1000, atOnce: 1 },
    steps: [],
    expect: accepted(),
  },
  {
    id: 'handshake-repeated/two-hundred-at-once',
    title: 'two hundred connections at once are all accepted',
    level: 'should',
    ...rfc6455('4.2.2'),
    requirement: 'a server serves many connections of one client at a time (§4.1 is the client’s)',
    against: serverOnly,
    alive: 'untested',
    repeat: { times: 200, atOnce: 200 },
    steps: [],
    expect: accepted(),
  },
  {
    id: 'handshake-repeated/good-ones-between-bad-ones',
    title: 'after each refused handshake the next one is accepted',
    level: 'must',
    ...rfc6455('4.2.2'),
    requirement: 'a refused handshake does not affect later ones',
    against: serverOnly,
    before: [{ handshake: bad, steps: [] }],
    repeat: { times: 20, atOnce: 1 },
    steps: [],
    expect: accepted(),
  },
  {
    id: 'handshake-repeated/bad-ones-between-good-ones',
    title: 'after each accepted handshake a bad one is still refused',
    level: 'must',
    ...rfc6455('4.2.2'),
    requirement: 'an accepted handshake does not affect later ones',
    against: serverOnly,
    before: [{ steps: [close(1000)] }],
    repeat: { times: 20, atOnce: 1 },
    handshake: bad,
    steps: [],
    expect: refused(),
  },
  {
    id: 'handshake-repeated/after-an-unfinished-message',
    title: 'an unfinished message of one connection does not show in the next',
    level: 'must',
    ...rfc6455('4.2.2'),
    requirement: 'connections share no messages',
    against: serverOnly,
    before: [{ steps: [text('left behind', { fin: false }), fin] }],
    repeat: { times: 5, atOnce: 1 },
    steps: [binary('own')],
    expect: answered([echoOf(binary('own'))]),
  },
  {
    id: 'handshake-repeated/after-an-unfinished-frame',
    title: 'half a frame of one connection does not show in the next',
    level: 'must',
    ...rfc6455('4.2.2'),
    requirement: 'connections share no bytes',
    against: serverOnly,
    before: [{ steps: [text('left behind', { cut: { payload: 3 } }), rst] }],
    repeat: { times: 5, atOnce: 1 },
    steps: [text('own')],
    expect: answered([echoOf(text('own'))]),
  },
];
