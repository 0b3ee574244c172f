import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainRequest } from '../format/handshake.ts';
import { record } from '../testing/said.ts';
import { readConversation } from '../wire/conversation.ts';
import * as checks from './request-field-checks.ts';
import type { WireRule } from './wire-rule.ts';

const reference = { document: 'RFC 6455', section: '4.1' } as const;
const adding = (...lines: string[]) => [...plainRequest, ...lines];
const replacing = (name: string, line: string) =>
  plainRequest.map((each) => (each.startsWith(name) ? line : each));
const basic = `Authorization: Basic ${Buffer.from('u:secret').toString('base64')}`;

const examples: readonly (readonly [WireRule, readonly string[], observed?: string])[] = [
  [checks.requestHeader('x', 'X', 'a', reference), adding('X: a')],
  [checks.requestHeader('x', 'X', 'a', reference), plainRequest, 'GET / HTTP/1.1'],
  [checks.requestHeader('x', 'X', undefined, reference), adding('X: a'), 'X: a'],
  [checks.hostWithPort('a', reference), replacing('Host', 'Host: a:1')],
  [checks.hostWithPort('a', reference), replacing('Host', 'Host: a:'), 'Host: a:'],
  [checks.originWithPort('a', reference), adding('Origin: http://a:80')],
  [checks.originWithPort('a', reference), adding('Origin: https://a:80'), 'Origin: https://a:80'],
  [checks.cookieSent('a=1'), adding('Cookie: b=2;a=1')],
  [checks.cookieSent('a=1'), plainRequest, 'GET / HTTP/1.1'],
  [checks.cookiesInOrder(['a=1', 'b=2']), adding('Cookie: x=0; a=1; b=2')],
  [checks.cookiesInOrder(['a=1', 'b=2']), adding('Cookie: b=2; a=1'), 'Cookie: b=2; a=1'],
  [checks.targetEndsWith('?q', 'a query'), replacing('GET', 'GET /a?q HTTP/1.1')],
  [checks.targetEndsWith('?q', 'a query'), replacing('GET', 'GET'), 'GET'],
  [checks.basicCredentials('u', 'secret'), adding(basic)],
  [checks.basicCredentials('u', 'secret'), plainRequest, 'GET / HTTP/1.1'],
  [
    checks.basicCredentials('u', 'secret'),
    [...replacing('GET', 'GET /?secret HTTP/1.1'), basic],
    basic,
  ],
  [checks.basicCredentials('u', 'secret'), [...replacing('Host', 'Host: u@a'), basic], basic],
  [checks.subprotocolsAsked(['a', 'b']), adding('Sec-WebSocket-Protocol: a, b')],
  [checks.subprotocolsAsked(['a', 'b']), adding('Sec-WebSocket-Protocol: b, a'), 'b, a'],
  [checks.subprotocolsAsked(['a']), plainRequest, 'none'],
];
for (const [rule, request, observed] of examples) {
  test(`${rule.rule}: ${request.join(' | ')} is ${observed ?? 'fine'}`, () => {
    const conversation = readConversation(record([], undefined, request));
    assert.equal(rule.find(conversation, 'client')?.observed, observed);
  });
}

test('without a request there is no header to find, and nothing was asked for', () => {
  const nothing = readConversation({ transport: 'tcp', entries: [] });
  assert.equal(checks.cookieSent('a=1').find(nothing, 'client'), undefined);
  assert.equal(checks.subprotocolsAsked(['a']).find(nothing, 'client')?.observed, 'none');
});
