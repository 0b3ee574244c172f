import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogue } from '../catalogue/catalogue.ts';
import type { Header } from '../wire/http-head.ts';
import {
  type Handshake,
  type Head,
  plainRequest,
  plainResponse,
  requestOf,
  responseOf,
  writeHead,
  writeHeadWith,
} from './handshake.ts';

const given: readonly Header[] = [
  // Each looks like something that a case cuts its head after.
  ['X-Upgrade', 'HTTP/1.1 websocket'],
  ['X-Literal', '{key} HTTP/1'],
];
const values = { target: '/HTTP/1.1?HTTP/1', host: 'a', key: 'dGhlIHNhbXBsZSBub25jZQ==' };

const heads = catalogue()
  .filter(({ against, handshake }) => against.includes('server') && handshake?.request)
  .map(({ id, handshake }) => [id, requestOf(handshake)!] as const);

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
  const cuts = heads.filter(([, { splitAfter }]) => splitAfter);
  for (const [id, head] of cuts) {
    const plain = cutBehind([], head);
    const cut = cutBehind(given, head).map((part) =>
      part.replace(/X-Upgrade[^\n]*\r\nX-Literal[^\n]*\r\n/, ''),
    );
    assert.deepEqual(cut, plain, id);
  }
  assert.equal(cuts.length, 10);
  const head = { lines: plainRequest, splitAfter: ['Version: 13\r\n'] };
  const { bytes, ends } = writeHeadWith(given, head, values);
  assert.equal(bytes.subarray(ends[0]).toString(), '\r\n');
});

const linesOf = (handshake: Handshake) => ({
  request: requestOf(handshake)?.lines.slice(plainRequest.length),
  response: responseOf(handshake)?.lines.slice(plainResponse.length),
});

test('fields are written in HTTP/1.1 after those of every head: origin, subprotocols, others', () => {
  const handshake: Handshake = {
    request: {
      fields: [
        ['X-One', '1'],
        ['X-One', ''],
      ],
      subprotocols: ['b', 'a'],
      origin: '{origin}',
      absent: ['Cookie'],
    },
    response: { fields: [['Set-Cookie', 'a=b']], subprotocol: 'b' },
  };
  assert.deepEqual(linesOf(handshake), {
    request: ['Origin: {origin}', 'Sec-WebSocket-Protocol: b, a', 'X-One: 1', 'X-One: '],
    response: ['Sec-WebSocket-Protocol: b', 'Set-Cookie: a=b'],
  });
  assert.deepEqual(requestOf(handshake)?.lines.slice(0, plainRequest.length), plainRequest);
  assert.deepEqual(requestOf(handshake)?.absent, ['Cookie']);
  assert.deepEqual(linesOf({ request: {}, response: {} }), { request: [], response: [] });
});

test('a head of HTTP/1.1 is written as it is, and the plain one where there is none', () => {
  const head: Head = { lines: ['GET / HTTP/1.0'], finished: false };
  assert.equal(requestOf({ request: head }), head);
  assert.equal(responseOf({ response: head }), head);
  for (const handshake of [undefined, {}]) {
    assert.equal(requestOf(handshake), undefined);
    assert.equal(responseOf(handshake), undefined);
  }
});

/** Fields of the connection and of the body of a message in HTTP/1.1: no other version has them. */
const http1Fields =
  /^(connection|upgrade|host|sec-websocket-(key|accept)|content-length|transfer-encoding):/i;
/** A token, and a value as RFC 9113 §8.2.1 allows it: every version of HTTP can carry both. */
const plainField = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+: (?![ \t])[^\0\r\n]*(?<![^:][ \t])$/;

/** Whether a head adds to the plain one only fields that every version of HTTP can carry. */
function onlyAddsFields(head: Head, plain: readonly string[]): boolean {
  const { lines, absent: _, ...bytes } = head;
  const added = lines.slice(plain.length);
  return (
    Object.keys(bytes).length === 0 &&
    added.length > 0 &&
    plain.every((line, index) => line === lines[index]) &&
    added.every((line) => plainField.test(line) && !http1Fields.test(line))
  );
}

test('a case that only adds fields does not write a head of HTTP/1.1', () => {
  const written = catalogue().flatMap(({ id, handshake }) => {
    const { request, response } = handshake ?? {};
    const isNeedless =
      (request && 'lines' in request && onlyAddsFields(request, plainRequest)) ||
      (response && 'lines' in response && onlyAddsFields(response, plainResponse));
    return isNeedless ? [id] : [];
  });
  assert.deepEqual(written, []);
  assert.equal(onlyAddsFields({ lines: [...plainRequest, 'X-One: 1'] }, plainRequest), true);
  assert.equal(onlyAddsFields({ lines: [...plainRequest, 'X-One:1'] }, plainRequest), false);
});

test('fields are such as every version of HTTP can carry', () => {
  const broken = catalogue().flatMap(({ id, handshake }) =>
    [handshake?.request, handshake?.response]
      .flatMap((fields) => (fields && !('lines' in fields) ? (fields.fields ?? []) : []))
      .map(([name, value]) => `${name}: ${value}`)
      .filter((line) => http1Fields.test(line) || !plainField.test(line))
      .map(() => id),
  );
  assert.deepEqual(broken, []);
});
