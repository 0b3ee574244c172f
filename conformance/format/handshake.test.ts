import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogue } from '../catalogue/catalogue.ts';
import type { Header } from '../wire/http-head.ts';
import { type Head, plainRequest, writeHead, writeHeadWith } from './handshake.ts';

const given: readonly Header[] = [
  // Each looks like something that a case cuts its head behind.
  ['X-Upgrade', 'HTTP/1.1 websocket'],
  ['X-Literal', '{key} HTTP/1'],
];
const values = { target: '/HTTP/1.1?HTTP/1', host: 'a', key: 'dGhlIHNhbXBsZSBub25jZQ==' };

const heads = catalogue()
  .filter(({ against, handshake }) => against.includes('server') && handshake?.request)
  .map(({ id, handshake }) => [id, handshake!.request!] as const);

const cutBehind = (more: readonly Header[], head: Head) => {
  const { bytes, ends } = writeHeadWith(more, head, values);
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end).toString('latin1'));
};

test('the headers of a user are added to every head, and take nothing from it', () => {
  for (const [id, head] of heads) {
    const { lineEnd = '\r\n', finished = true } = head;
    const more = given.map(([name, value]) => `${name}: ${value}${lineEnd}`).join('');
    const whole = writeHeadWith(given, head, values).bytes.toString('latin1');
    // A head that was never to come to its first header has no room for any.
    if (!finished && !whole.includes(more)) continue;
    assert.equal(whole.replace(more, ''), writeHead(head, values).toString('latin1'), id);
    assert.ok(whole.includes(`\n${more}`), id);
  }
  assert.ok(heads.length > 100);
});

test('a head is cut where its case says, whatever the user adds', () => {
  const cuts = heads.filter(([, { splitBehind }]) => splitBehind);
  for (const [id, head] of cuts) {
    const plain = cutBehind([], head);
    const cut = cutBehind(given, head).map((part) =>
      part.replace(/X-Upgrade[^\n]*\r\nX-Literal[^\n]*\r\n/, ''),
    );
    assert.deepEqual(cut, plain, id);
  }
  assert.equal(cuts.length, 10);
  const head = { lines: plainRequest, splitBehind: ['Version: 13\r\n'] };
  const { bytes, ends } = writeHeadWith(given, head, values);
  assert.equal(bytes.subarray(ends[0]).toString(), '\r\n');
});
