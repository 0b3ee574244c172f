import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readHead } from './http-head.ts';
import { parseExtensions, readDeflateAgreement, readExtensions } from './negotiation.ts';

const response = (...values: readonly string[]) =>
  readHead(
    Buffer.from(
      `HTTP/1.1 101 Switching Protocols\r\n${values.map((value) => `Sec-WebSocket-Extensions: ${value}\r\n`).join('')}\r\n`,
    ),
    'response',
  );

const members: readonly (readonly [value: string, ...members: readonly unknown[]])[] = [
  ['', ...[]],
  [' , ,', ...[]],
  ['a', { name: 'a', parameters: [] }],
  [' a , b', { name: 'a', parameters: [] }, { name: 'b', parameters: [] }],
  [
    'a; b ; c = d',
    {
      name: 'a',
      parameters: [
        ['b', undefined],
        ['c', 'd'],
      ],
    },
  ],
  ['a; b=', { name: 'a', parameters: [['b', '']] }],
  ['a; b="c, d; e"', { name: 'a', parameters: [['b', 'c, d; e']] }],
  ['a; b="c \\" d"', { name: 'a', parameters: [['b', 'c " d']] }],
  ['a; b="c', { name: 'a', parameters: [['b', '"c']] }],
  ['a; b="c\\', { name: 'a', parameters: [['b', '"c\\']] }],
];
for (const [value, ...expected] of members) {
  test(`the value ${JSON.stringify(value)} has ${expected.length} members`, () => {
    assert.deepEqual(parseExtensions(value), expected);
  });
}

test('the members of several headers are read in their order', () => {
  const names = readExtensions(response('a, b', 'c')).map(({ name }) => name);
  assert.deepEqual(names, ['a', 'b', 'c']);
});

test('a response without permessage-deflate agrees to no compression', () => {
  assert.equal(readDeflateAgreement(response('x-other')), undefined);
});

test('what permessage-deflate says of each direction is read from its parameters', () => {
  const whole = { contextTakeover: true, windowBits: 15 };
  const agreements: readonly (readonly [parameters: string, client: object, server: object])[] = [
    ['', whole, whole],
    ['; client_no_context_takeover', { ...whole, contextTakeover: false }, whole],
    ['; server_no_context_takeover', whole, { ...whole, contextTakeover: false }],
    ['; client_max_window_bits=8', { ...whole, windowBits: 8 }, whole],
    ['; server_max_window_bits="10"', whole, { ...whole, windowBits: 10 }],
    // Without a value, or with one that RFC 7692 §7.1.2 does not allow.
    ['; client_max_window_bits', whole, whole],
    ['; server_max_window_bits=16', whole, whole],
  ];
  for (const [parameters, client, server] of agreements) {
    const agreed = readDeflateAgreement(response(`permessage-deflate${parameters}`));
    assert.deepEqual(agreed, { client, server }, parameters);
  }
});
