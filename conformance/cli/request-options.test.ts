import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Command } from 'commander';
import { testCertificate } from '../testing/certificate.ts';
import { type RequestFlags, targetOf, withRequest } from './request-options.ts';

const read = (...args: string[]) => {
  const command = withRequest(new Command())
    .exitOverride()
    .configureOutput({ writeErr() {} });
  return command.parse(args, { from: 'user' }).opts<RequestFlags>();
};
const headersOf = (...args: string[]) => targetOf('ws://a/', read(...args)).headers;

test('each option is a header of every request', () => {
  const args = ['--subprotocol', 'chat.v2', '--subprotocol', 'chat', '--cookie', 'a=1'];
  const more = ['--cookie', 'b="x"', '--basic', 'ann:s:ß', '--origin', 'https://a.example'];
  assert.throws(() => headersOf('--cookie', 'b="x"'), /It must look like 'name=value'/);
  assert.deepEqual(headersOf(...args, ...more.with(1, 'b=')), [
    ['Sec-WebSocket-Protocol', 'chat.v2, chat'],
    ['Cookie', 'a=1; b='],
    ['Authorization', `Basic ${Buffer.from('ann:s:ß').toString('base64')}`],
    ['Origin', 'https://a.example'],
  ]);
  assert.deepEqual(headersOf('--header', 'X-A: 1', '--header', 'X-A: 2'), [
    ['X-A', '1'],
    ['X-A', '2'],
  ]);
});

const wrong: readonly (readonly [args: readonly string[], message: RegExp])[] = [
  [['--subprotocol', 'a b'], /must be a token/],
  [['--subprotocol', ''], /must be a token/],
  [['--cookie', 'a'], /name=value/],
  [['--cookie', 'a=1; b=2'], /name=value/],
  [['--basic', 'ann'], /user:password/],
  [['--origin', 'example.com'], /https:\/\/example\.com/],
  [['--origin', 'https://a/path'], /https:\/\/example\.com/],
  [['--header', 'no colon'], /Name: value/],
  [['--header', 'Upgrade: x'], /belongs to the handshake/],
  [['--header', 'Origin: https://b', '--origin', 'https://a'], /origin is given twice/],
  [['--ca', '/no/such/file'], /--ca \/no\/such\/file cannot be read: ENOENT/],
  [['--client-key', 'x'], /need --client-cert/],
];
for (const [args, message] of wrong) {
  test(`${args.join(' ')} is refused with advice`, () => {
    assert.throws(() => headersOf(...args), message);
  });
}

test('certificates are read for wss, and refused otherwise', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'request-options-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const { key, cert } = await testCertificate();
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const [keyFile, certFile] = [file('key.pem', key), file('cert.pem', cert)];
  const both = file('both.pem', key + cert);
  const target = (...args: string[]) => targetOf('wss://a/', read(...args)).tls;
  assert.deepEqual(target('--ca', certFile), { ca: cert });
  assert.deepEqual(target('--client-cert', certFile, '--client-key', keyFile), { cert, key });
  assert.deepEqual(target('--client-cert', both), { cert: key + cert, key: key + cert });
  assert.throws(() => targetOf('ws://a/', read('--ca', certFile)), /use wss:\/\//);
  assert.throws(() => target('--client-cert', certFile), /cannot be used/);
  assert.throws(() => target('--client-cert', file('x.p12', 'none')), /cannot be used/);
});
