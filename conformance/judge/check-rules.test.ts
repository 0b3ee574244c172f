/**
 * The rule of each check about requests and frames: input that obeys it, and input that breaks it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Check } from '../format/check.ts';
import { accepted, closed } from '../format/expectation.ts';
import { plainRequest } from '../format/handshake.ts';
import { close } from '../format/step.ts';
import { client, fin, judged } from '../testing/said.ts';
import { wireRuleOf } from './check-rules.ts';

const reference = { document: 'RFC 6455', section: '4.1' } as const;
const requesting = (...lines: string[]) => [...plainRequest, ...lines];
const replacing = (name: string, line: string) =>
  plainRequest.map((each) => (each.startsWith(name) ? line : each));

interface Example {
  readonly check: Check;
  readonly kept: readonly string[];
  readonly broken: readonly string[];
  readonly observed: string;
}

const ofRequests: readonly Example[] = [
  {
    check: { kind: 'requestHeader', rule: 'x-one', name: 'X', value: '1', ...reference },
    kept: requesting('X: 1'),
    broken: requesting('X: 1', 'X: 1'),
    observed: 'X: 1 and 1',
  },
  {
    check: { kind: 'requestHeader', rule: 'no-x', name: 'X', ...reference },
    kept: plainRequest,
    broken: requesting('X: 1'),
    observed: 'X: 1',
  },
  {
    check: { kind: 'hostWithPort', name: 'a.test', ...reference },
    kept: replacing('Host', 'Host: a.test:80'),
    broken: replacing('Host', 'Host: axtest:80'),
    observed: 'Host: axtest:80',
  },
  {
    check: { kind: 'hostWithPort', name: 'a.test', ...reference },
    kept: replacing('Host', 'Host: a.test:8080'),
    broken: replacing('Host', 'Host: a.test'),
    observed: 'Host: a.test',
  },
  {
    check: { kind: 'originWithPort', host: '127.0.0.1', ...reference },
    kept: requesting('Origin: http://127.0.0.1:8'),
    broken: requesting('Origin: http://127.0.0.1:8/'),
    observed: 'Origin: http://127.0.0.1:8/',
  },
  {
    check: { kind: 'cookieSent', cookie: 'a=1' },
    kept: requesting('Cookie: b=2; a=1'),
    broken: requesting('Cookie: b=2; a=12'),
    observed: 'Cookie: b=2; a=12',
  },
  {
    check: { kind: 'cookiesInOrder', cookies: ['a=1', 'b=2'] },
    kept: requesting('Cookie: a=1; c=3; b=2'),
    broken: requesting('Cookie: b=2; a=1'),
    observed: 'Cookie: b=2; a=1',
  },
  {
    check: { kind: 'targetEndsWith', end: '?q=1', expected: 'the query' },
    kept: replacing('GET', 'GET /a?q=1 HTTP/1.1'),
    broken: replacing('GET', 'GET /a HTTP/1.1'),
    observed: 'GET /a HTTP/1.1',
  },
  {
    check: { kind: 'basicCredentials', user: 'user', password: 'pass' },
    kept: requesting('Authorization: Basic dXNlcjpwYXNz'),
    broken: ['GET /?pass HTTP/1.1', ...requesting('Authorization: Basic dXNlcjpwYXNz').slice(1)],
    observed: 'Authorization: Basic dXNlcjpwYXNz',
  },
  {
    check: { kind: 'subprotocolsAsked', names: ['a', 'b'] },
    kept: requesting('Sec-WebSocket-Protocol: a, b'),
    broken: requesting('Sec-WebSocket-Protocol: b, a'),
    observed: 'b, a',
  },
];

for (const { check, kept, broken, observed } of ofRequests) {
  test(`${check.kind} is broken by ${observed}`, () => {
    const { rule } = wireRuleOf(check);
    const judge = (request: readonly string[]) =>
      judged(accepted(check), [fin], { request, role: 'client' });
    const found = judge(broken);
    assert.deepEqual([found.rule, found.observed], [rule, observed]);
    assert.notEqual(judge(kept).rule, rule);
  });
}

test('closeReason is broken by another reason', () => {
  const check: Check = { kind: 'closeReason', reason: 'bye' };
  const { rule, observed } = judged(
    closed(1000, { checks: [check] }),
    [client(close(1000, 'hello')), fin],
    { role: 'client' },
  );
  assert.deepEqual([rule, observed], ['wrong-close-reason', '"hello"']);
});

test('a check of an unknown kind throws, in the name of its kind', () => {
  const unknown = { kind: 'toString' } as unknown as Check;
  assert.throws(
    () => wireRuleOf(unknown),
    /^TypeError: unknown kind toString: it is none of statusLine, upgradeHeader,/,
  );
});
