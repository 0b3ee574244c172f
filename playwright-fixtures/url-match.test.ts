import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchesUrl } from './url-match.ts';

const url = 'wss://api.example.com/chat/room?id=1';
const matches = (wanted: Parameters<typeof matchesUrl>[0]) => matchesUrl(wanted, url, 'subject');

test('a URL is matched as Playwright matches it', () => {
  assert.equal(matches(undefined), true);
  assert.equal(matches(url), true);
  assert.equal(matchesUrl('ws://a:80', 'ws://a/', undefined), true);
  assert.equal(matches('**/chat/**'), true);
  assert.equal(matches('wss://*/chat/room?id=1'), true);
  assert.equal(matches('wss://*/room?id=1'), false);
  assert.equal(matches('**/roo?\\?id=1'), false);
  assert.equal(matches('chat'), false);
  const global = /chat/g;
  assert.equal(matches(global) && matches(global), true);
  assert.equal(
    matches((subject) => subject === 'subject'),
    true,
  );
});
