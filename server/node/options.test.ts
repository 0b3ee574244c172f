import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limitTable } from './options.ts';
import { createWebSocketServer, type WebSocketServerOptions } from './server.ts';

function throwsFor(options: object, message: RegExp): void {
  assert.throws(() => createWebSocketServer(options as WebSocketServerOptions), message);
}

for (const [name, { unit, least, most }] of Object.entries(limitTable)) {
  test(`${name} is a whole number of ${unit} from ${least} to ${most}`, () => {
    for (const value of [least - 1, most + 1, least + 0.5, Number.NaN, '5', null, true]) {
      throwsFor(
        { endpoints: {}, [name]: value },
        new RegExp(
          `^RangeError: Option ${name} must be a whole number of ${unit} from ${least} to ${most}; got ${value}\\.$`,
        ),
      );
    }
    const others = name === 'maxBufferedBytes' ? { highWaterMark: least } : {};
    const roomy = name === 'highWaterMark' ? { maxBufferedBytes: most } : {};
    createWebSocketServer({ endpoints: {}, ...others, [name]: least });
    createWebSocketServer({ endpoints: {}, ...roomy, [name]: most });
  });
}

const wrong: [options: object, message: RegExp][] = [
  [{}, /Option endpoints must map paths to behaviours, or be a function; got undefined/],
  [{ endpoints: { echo: {} } }, /a path begins with "\/" and has no query; got "echo"/],
  [{ endpoints: { '/': null } }, /the behaviour at \/ must be an object of handlers; got null/],
  [{ endpoints: { '/a': { message: 'x' } } }, /message at \/a must be a function; got x/],
  [{ endpoint: {} }, /There is no option endpoint\. The options are: endpoints, /],
  [{ compression: 1 }, /Option compression must be true, false or settings; got 1/],
  [
    { compression: { serverMaxWindowBits: 7 } },
    /compression.serverMaxWindowBits must be a whole number from 8 to 15; got 7/,
  ],
  [
    { compression: { contextTakeover: 1 } },
    /compression.contextTakeover must be true or false; got 1/,
  ],
  [{ compression: { levels: 9 } }, /There is no option compression.levels/],
  [
    { allowedOrigins: ['example.com'] },
    /takes origins such as "https:\/\/example.com"; got "example.com"/,
  ],
  [{ allowedOrigins: '*' }, /Option allowedOrigins must be a list; got "\*"/],
  [{ allowedOrigins: ['https://example.com/'] }, /got "https:\/\/example.com\/"/],
  [{ subprotocols: ['a b'] }, /Option subprotocols takes tokens .*; got "a b"/],
  [{ subprotocols: 'chat' }, /Option subprotocols must be a list; got "chat"/],
  [{ verify: true }, /Option verify must be a function; got true/],
  [{ responseHeaders: {} }, /Option responseHeaders must be a function; got \[object Object\]/],
  [{ onHandlerError: 1 }, /Option onHandlerError must be a function; got 1/],
  [{ tls: 'cert.pem' }, /Option tls must be an object with key and cert; got cert.pem/],
  [{ compression: { level: 10 } }, /compression.level must be a whole number from 1 to 9; got 10/],
  [
    { compression: { clientMaxWindowBits: '9' } },
    /compression.clientMaxWindowBits must be a whole number from 8 to 15; got 9/,
  ],
  [
    { compression: { threshold: -1 } },
    /compression.threshold must be a whole number from 0 to \d+; got -1/,
  ],
  [
    { highWaterMark: 2000, maxBufferedBytes: 1000 },
    /Option highWaterMark must not exceed maxBufferedBytes, which is 1000; got 2000/,
  ],
  [{ observe: 'log' }, /Option observe must be a function; got log/],
  [{ transport: 'udp' }, /Option transport must be 'auto' or 'stream'; got udp/],
];
for (const [options, message] of wrong) {
  test(`${JSON.stringify(options)} throws`, () => {
    const empty = Object.keys(options).length === 0;
    throwsFor('endpoints' in options || empty ? options : { endpoints: {}, ...options }, message);
  });
}

test('missing options throw', () => {
  throwsFor(undefined as never, /needs options: at least \{ endpoints \}/);
});
