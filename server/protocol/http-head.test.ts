import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeadReader, parseHead } from './http-head.ts';

const limits = { maxHeadBytes: 1000, maxHeaders: 5, maxTargetBytes: 200 };

/** The outcome for a head: its size, -1 while it is unfinished, or the rule it breaks. */
function push(bytes: Buffer, pieceSize: number): number | string {
  const reader = new HeadReader(limits);
  for (let at = 0; at < bytes.length; at += pieceSize) {
    const result = reader.push(bytes, at, Math.min(at + pieceSize, bytes.length));
    if (typeof result !== 'number') return result.rule;
    if (result >= 0) {
      assert.equal(reader.seen.toString('latin1'), bytes.toString('latin1', 0, at + result));
      return at + result;
    }
  }
  return -1;
}

/** The same, in any segmentation and with any bytes after it. */
function outcome(head: string): number | string {
  const bytes = Buffer.from(head, 'latin1');
  const whole = push(bytes, bytes.length);
  for (const pieceSize of [1, 2, 3, 7]) assert.equal(push(bytes, pieceSize), whole);
  if (whole !== -1) assert.equal(push(Buffer.concat([bytes, Buffer.from('\r\n\0x')]), 5000), whole);
  return whole;
}

const line = 'GET / HTTP/1.1\r\n';
const outcomes: [what: string, head: string, outcome: number | string][] = [
  ['a head', `${line}Host: a\r\n\r\n`, 27],
  ['a head without headers', `${line}\r\n`, 18],
  ['an empty line before the request line', `\r\n${line}\r\n`, 20],
  ['half a head', `${line}Host: a\r\n`, -1],
  ['two empty lines before the request line', `\r\n\r\n${line}\r\n`, 4],
  ['lines that end in LF', 'GET / HTTP/1.1\nHost: a\n\n', 'bare-line-feed'],
  ['LF as the first byte', '\n', 'bare-line-feed'],
  ['one line that ends in LF', `${line}Host: a\nX: y\r\n\r\n`, 'bare-line-feed'],
  ['a CR inside a value', `${line}Host: a\rb\r\n\r\n`, 'bare-carriage-return'],
  ['CR CR LF', `${line}Host: a\r\r\n\r\n`, 'bare-carriage-return'],
  ['a TLS ClientHello', '\x16\x03\x01', 'malformed-request-line'],
  ['a space before the method', ' GET', 'malformed-request-line'],
  ['as many headers as allowed', `${line}${'A: b\r\n'.repeat(5)}\r\n`, 48],
  ['one header more', `${line}${'A: b\r\n'.repeat(6)}`, 'too-many-headers'],
  ['a request line without end', 'G'.repeat(264), -1],
  ['a request line that is longer', 'G'.repeat(265), 'target-too-long'],
  ['as many bytes as allowed', `${line}A: ${'b'.repeat(977)}\r\n\r\n`, 1000],
  ['one byte more', `${line}A: ${'b'.repeat(982)}`, 'head-too-large'],
];
for (const [what, head, expected] of outcomes) {
  test(`${what}: ${expected}`, () => assert.equal(outcome(head), expected));
}

test('a request line longer than the limit of the whole head is too long', () => {
  const reader = new HeadReader({ ...limits, maxTargetBytes: 5000 });
  const result = reader.push(Buffer.alloc(1001, 'G'), 0, 1001);
  assert.ok(typeof result === 'object' && result.rule === 'target-too-long');
});

test('bytes beyond the limit are not kept', () => {
  const reader = new HeadReader(limits);
  reader.push(Buffer.from(line + 'A'.repeat(100_000)), 0, 100_016);
  assert.equal(reader.seen.length, 1001);
});

function parsed(lines: string): unknown {
  const head = parseHead(`${lines}\r\n\r\n`);
  return 'rule' in head ? head.rule : [head.method, head.target, head.httpVersion, ...head.headers];
}

const heads: [what: string, lines: string, parsed: unknown][] = [
  ['a plain head', 'GET /a?b HTTP/1.1\r\nHost: x', ['GET', '/a?b', '1.1', ['Host', 'x']]],
  ['an empty line first', '\r\nGET / HTTP/1.1', ['GET', '/', '1.1']],
  ['space around a value', 'GET / HTTP/1.1\r\nA:\t b c \t', ['GET', '/', '1.1', ['A', 'b c']]],
  ['an empty value', 'GET / HTTP/1.1\r\nA:', ['GET', '/', '1.1', ['A', '']]],
  ['a colon in a value', 'GET / HTTP/1.1\r\nA: b:c', ['GET', '/', '1.1', ['A', 'b:c']]],
  ['bytes above 127 in a value', 'GET / HTTP/1.1\r\nA: \xe9', ['GET', '/', '1.1', ['A', '\xe9']]],
  ['an unusual method', 'x!-y / HTTP/1.0', ['x!-y', '/', '1.0']],
  ['no version', 'GET /', 'malformed-request-line'],
  ['two spaces', 'GET  / HTTP/1.1', 'malformed-request-line'],
  ['a space in the target', 'GET /a b HTTP/1.1', 'malformed-request-line'],
  ['a lower-case protocol', 'GET / http/1.1', 'malformed-request-line'],
  ['a version of two digits', 'GET / HTTP/1.10', 'malformed-request-line'],
  ['a slash in the method', 'G/T / HTTP/1.1', 'malformed-request-line'],
  ['nothing', '', 'malformed-request-line'],
  ['a space before the colon', 'GET / HTTP/1.1\r\nHost : x', 'whitespace-before-colon'],
  ['a tab before the colon', 'GET / HTTP/1.1\r\nHost\t: x', 'whitespace-before-colon'],
  ['a folded line', 'GET / HTTP/1.1\r\nA: b\r\n c', 'folded-header'],
  ['a line folded with a tab', 'GET / HTTP/1.1\r\nA: b\r\n\tc', 'folded-header'],
  ['no colon', 'GET / HTTP/1.1\r\nHost', 'malformed-header'],
  ['no name', 'GET / HTTP/1.1\r\n: x', 'malformed-header'],
  ['a space inside a name', 'GET / HTTP/1.1\r\nHo st: x', 'malformed-header'],
  ['a parenthesis in a name', 'GET / HTTP/1.1\r\nHost(): x', 'malformed-header'],
  ['NUL in a value', 'GET / HTTP/1.1\r\nA: b\0c', 'malformed-header'],
  ['DEL in a value', 'GET / HTTP/1.1\r\nA: \x7f', 'malformed-header'],
];
for (const [what, lines, expected] of heads) {
  test(`${what}: ${typeof expected === 'string' ? expected : 'read'}`, () => {
    assert.deepEqual(parsed(lines), expected);
  });
}
