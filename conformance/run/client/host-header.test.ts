import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeadReader } from '../../wire/http-head.ts';
import { findWrongHost } from './host-header.ts';

const seenIn = (host: string, address: string, port = 9001) => {
  const bytes = Buffer.from(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  const { head } = new HeadReader('request').push(bytes)!;
  return findWrongHost(head, { address, port })?.seen;
};

test('Host is the host of the URL with its port, however the host is written', () => {
  for (const [host, address] of [
    ['127.0.0.1:9001', '127.0.0.1'],
    ['localhost:9001', '127.0.0.1'],
    ['LocalHost:9001', '::1'],
    ['[::1]:9001', '::1'],
    ['[FE80::1]:9001', 'fe80::1'],
  ] as const) {
    assert.equal(seenIn(host, address), undefined, host);
  }
});

test('a missing port is wrong only if it is not the default one', () => {
  assert.equal(seenIn('[::1]', '::1'), 'no port');
  assert.equal(seenIn('127.0.0.1', '127.0.0.1'), 'no port');
  assert.equal(seenIn('localhost:', '127.0.0.1'), 'no port');
  assert.equal(seenIn('[::1]:80', '::1'), 'another port');
  for (const host of ['[::1]', '[::1]:', '[::1]:80', 'localhost']) {
    assert.equal(seenIn(host, '::1', 80), undefined, host);
  }
});

test('an IPv6 address needs brackets', () => {
  assert.equal(seenIn('::1:9001', '::1'), 'an IPv6 address without brackets');
  assert.equal(seenIn('::1', '::1', 80), 'an IPv6 address without brackets');
});

test('another host name is accepted: it may be mapped to this address and port', () => {
  for (const host of ['example.com', '127.0.0.10', 'localhost.example:1', '192.0.2.1:80', '']) {
    assert.equal(seenIn(host, '127.0.0.1'), undefined, host);
  }
});
