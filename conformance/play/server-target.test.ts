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
  ['ws://user:secret@a/', /use --header 'Authorization/],
  ['ws://a:99999/', /is no address/],
  ['', /is no address/],
];

for (const [address, message] of wrong) {
  test(`${JSON.stringify(address)} is none, and what to write is said`, () => {
    assert.throws(() => serverTarget(address), { name: 'TargetUrlError', message });
  });
}

test('a secret in the address is not repeated', () => {
  assert.throws(
    () => serverTarget('ws://user:secret@a/'),
    (error: Error) => {
      assert.doesNotMatch(error.message, /secret/);
      return true;
    },
  );
});
