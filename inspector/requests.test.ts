import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RequestError, readInjection, readTarget } from './requests.ts';

test('a target is a WebSocket URL', () => {
  assert.equal(
    readTarget({ target: 'ws://localhost:3200/echo?a' }).href,
    'ws://localhost:3200/echo?a',
  );
  assert.equal(readTarget({ target: 'wss://localhost' }).href, 'wss://localhost/');
});

test('a frame keeps the requested properties and nothing else', () => {
  const frame = { opcode: 15, payload: '00fF', masked: false, fin: false, rsv3: true };
  const long = {
    opcode: 1,
    payload: '',
    masked: true,
    lengthForm: 64,
    declaredLength: '18446744073709551615',
  };
  const order = { connection: 2, as: 'server', frames: [frame, long] };
  assert.deepEqual(readInjection({ ...order, more: 1 }), order);
});

test('every mistake is reported with a sentence', () => {
  const frame = (changes: object) => () =>
    readInjection({
      connection: 1,
      as: 'client',
      frames: [{ opcode: 1, payload: '', masked: true, ...changes }],
    });
  const mistakes: [() => unknown, RegExp][] = [
    [() => readTarget(null), /must be a JSON object/],
    [() => readTarget([]), /must be a JSON object/],
    [() => readTarget({}), /no target/],
    [() => readTarget({ target: 'localhost' }), /is not a URL/],
    [() => readTarget({ target: 'http://localhost' }), /not http:\/\//],
    [() => readInjection({ connection: '1' }), /“connection”/],
    [() => readInjection({ connection: 1, as: 'nobody' }), /“as”/],
    [() => readInjection({ connection: 1, as: 'client', frames: [] }), /“frames”/],
    [() => readInjection({ connection: 1, as: 'client', frames: ['x'] }), /JSON object/],
    [frame({ opcode: 16 }), /“opcode”/],
    [frame({ payload: 'abc' }), /“payload”/],
    [frame({ masked: 'yes' }), /“masked”/],
    [frame({ fin: 1 }), /“fin”/],
    [frame({ lengthForm: 8 }), /“lengthForm”/],
    [frame({ declaredLength: '-1' }), /“declaredLength”/],
    [frame({ colour: 'red' }), /A frame has no “colour”/],
  ];
  for (const [make, sentence] of mistakes) {
    assert.throws(
      make,
      (error: Error) => error instanceof RequestError && sentence.test(error.message),
    );
  }
});
