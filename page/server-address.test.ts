import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findServer } from './server-address.ts';

const find = (server: string, protocol = 'http:') =>
  findServer(
    { search: `?${new URLSearchParams({ server })}`, hostname: 'localhost', protocol },
    3200,
  );

test('without ?server= it is the server started with the page', () => {
  const beside = (hostname: string) =>
    findServer({ search: '', hostname, protocol: 'http:' }, 4321);
  assert.deepEqual(beside('localhost'), { url: 'ws://localhost:4321/' });
  assert.deepEqual(beside('[::1]'), { url: 'ws://[::1]:4321/' });
});

test('a WebSocket URL is used unchanged', () => {
  assert.deepEqual(find(' ws://127.0.0.1:9001/echo?a=b '), { url: 'ws://127.0.0.1:9001/echo?a=b' });
  assert.deepEqual(find('wss://example.test'), { url: 'wss://example.test/' });
});

test('anything but a WebSocket URL is explained, with a valid suggestion', () => {
  const explained = [
    '',
    'localhost:3200/echo',
    '//localhost:3200',
    'http://localhost:3200/',
    'https://localhost/',
    'ws://localhost/#part',
    'ws://',
    'ws://host:99999/',
    'file:///etc/passwd',
    'javascript:alert(1)',
  ].map((server) => [server, find(server)]);
  assert.deepEqual(explained, [
    ['', { problem: 'The address is empty. Expected something like ws://host:port/path.' }],
    [
      'localhost:3200/echo',
      {
        problem:
          '“localhost:3200/echo” has no scheme: a WebSocket address begins with ws:// or wss://.',
        suggestion: 'ws://localhost:3200/echo',
      },
    ],
    [
      '//localhost:3200',
      {
        problem:
          '“//localhost:3200” has no scheme: a WebSocket address begins with ws:// or wss://.',
        suggestion: 'ws://localhost:3200/',
      },
    ],
    [
      'http://localhost:3200/',
      {
        problem:
          '“http://localhost:3200/” begins with http:// but a WebSocket address begins with ws:// or wss://.',
        suggestion: 'ws://localhost:3200/',
      },
    ],
    [
      'https://localhost/',
      {
        problem:
          '“https://localhost/” begins with https:// but a WebSocket address begins with ws:// or wss://.',
        suggestion: 'wss://localhost/',
      },
    ],
    [
      'ws://localhost/#part',
      {
        problem:
          '“ws://localhost/#part” has a fragment (“#…”), and a WebSocket address has none (RFC 6455 §3).',
        suggestion: 'ws://localhost/',
      },
    ],
    ['ws://', { problem: '“ws://” is not a URL. Expected something like ws://host:port/path.' }],
    [
      'ws://host:99999/',
      { problem: '“ws://host:99999/” is not a URL. Expected something like ws://host:port/path.' },
    ],
    [
      'file:///etc/passwd',
      {
        problem:
          '“file:///etc/passwd” begins with file:// but a WebSocket address begins with ws:// or wss://.',
      },
    ],
    [
      'javascript:alert(1)',
      {
        problem:
          '“javascript:alert(1)” has no scheme: a WebSocket address begins with ws:// or wss://.',
      },
    ],
  ]);
});

test('a page loaded over https cannot use ws://', () => {
  const answer = find('ws://localhost:3200/', 'https:');
  assert.equal('suggestion' in answer && answer.suggestion, 'wss://localhost:3200/');
});
