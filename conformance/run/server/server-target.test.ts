import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serverTarget } from './server-target.ts';

for (const address of ['ws://127.0.0.1:9001/', 'wss://[::1]/chat?room=1', 'ws://localhost:0']) {
  test(`${address} is a target`, () => {
    assert.equal(serverTarget(address).url.href, new URL(address).href);
  });
}

const wrong: readonly [address: string, message: RegExp][] = [
  ['localhost:9001', /has no scheme; did you mean ws:\/\/localhost:9001 \?/],
  ['127.0.0.1', /did you mean ws:\/\/127\.0\.0\.1 \?/],
  ['[::1]:9001', /did you mean ws:\/\/\[::1\]:9001 \?/],
  ['http://a/', /did you mean ws:\/\/a\/ \?/],
  ['https://a/', /did you mean wss:\/\/a\/ \?/],
  ['ftp://a/', /begins with neither ws:\/\/ nor wss:\/\//],
  ['ws://a/#b', /has a fragment/],
  ['ws://user:secret@a/', /use --basic user:password/],
  ['ws://a:99999/', /is not an address/],
  ['', /is empty/],
  ['9001', /did you mean ws:\/\/127\.0\.0\.1:9001\/ \?/],
  [':9001', /did you mean ws:\/\/127\.0\.0\.1:9001\/ \?/],
];

for (const [address, message] of wrong) {
  test(`${JSON.stringify(address)} is refused, and the error suggests a correction`, () => {
    assert.throws(() => serverTarget(address), { name: 'TargetUrlError', message });
  });
}

const withSecrets = [
  ...['ws://user:secret@a/', 'http://user:secret@a/', 'ws://user:secret@a/#b', 'ws:user:secret@a'],
  ...[
    'user:secret@a:9001',
    'user:secret@a',
    'ws://secret@a:99999/',
    'ftp://secret@a/',
    ' ws://secret@a/',
  ],
];
for (const address of withSecrets) {
  test(`a secret in ${address} is not repeated`, () => {
    const message = 'credentials in the address are not sent; use --basic user:password';
    assert.throws(() => serverTarget(address), { name: 'TargetUrlError', message });
  });
}

test('an @ after the host is not a credential', () => {
  for (const address of ['ws://a/@b', 'ws://a/?mail=a@b']) {
    assert.equal(serverTarget(address).url.href, address);
  }
});

test('headers are valid name-value pairs', () => {
  const headers = [
    ['Authorization', 'Bearer a'],
    ['X-Empty', ''],
  ] as const;
  assert.deepEqual(serverTarget('ws://a/', { headers }).headers, headers);
  const message = /: headers are pairs of names and values/;
  for (const [name, value] of [
    ['', 'a'],
    ['a b', 'c'],
    ['a:', 'b'],
    ['a', 'b\r\nc: d'],
    ['a', '\0'],
  ]) {
    assert.throws(() => serverTarget('ws://a/', { headers: [[name!, value!]] }), message);
  }
  // As written without types.
  const written = { Authorization: 'Bearer a' } as unknown as [];
  assert.throws(() => serverTarget('ws://a/', { headers: written }), message);
});
