import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Case } from '../format/case.ts';
import { answered, refused, refusedOrPending } from '../format/expectation.ts';
import { plainResponse } from '../format/handshake.ts';
import { close, text } from '../format/step.ts';
import { madeCase } from '../testing/made-case.ts';
import { client, fin, record, rst, type Said, timeout } from '../testing/said.ts';
import { readConversation } from '../wire/conversation.ts';
import {
  findConnection,
  findInClientRefusal,
  findInOpening,
  findInRefusal,
} from './judge-opening.ts';

const reading = (said: readonly Said[], response: readonly string[] = plainResponse) =>
  readConversation(record(said, response));
const nothing = readConversation({ transport: 'tcp', entries: [] });
const named = (found: ReturnType<typeof findInOpening>) =>
  found && [found.rule.name, found.rule.level, found.observed];

test('a request of a program that must not connect is found', () => {
  assert.equal(findConnection(madeCase(), nothing), undefined);
  const found = findConnection(madeCase(), reading([]));
  assert.deepEqual(named(found), ['connection-opened', 'must', 'GET / HTTP/1.1']);
  assert.equal(found?.at?.from, 'client');
});

test('a handshake that has to succeed is refused by a rule of its role, or by that of its case', () => {
  const no = reading([], ['HTTP/1.1 400 No']);
  const plain = named(findInOpening(madeCase(), no, 'server'));
  assert.equal(plain?.[2], 'HTTP/1.1 400 No');
  assert.notDeepEqual(named(findInOpening(madeCase(), no, 'client'))?.[0], undefined);
  const special: Partial<Case> = { rule: 'x', handshake: {} };
  const ofCase = findInOpening(madeCase(special), no, 'server');
  assert.equal(ofCase?.rule.section, '5.4');
  assert.equal(findInOpening(madeCase(), reading([]), 'server'), undefined);
});

test('a 101 to another protocol breaks a separate rule for servers', () => {
  const foreign = reading([], ['HTTP/1.1 101 Ok', 'Upgrade: h2c']);
  const found = findInOpening(madeCase(), foreign, 'server');
  assert.deepEqual(
    [found?.at?.from, found?.observed],
    ['server', 'HTTP/1.1 101 Ok with Upgrade: h2c'],
  );
  const client = findInOpening(madeCase(), foreign, 'client');
  assert.notEqual(client?.rule.name, found?.rule.name);
});

const statuses = madeCase({ expect: refused([400, 426]) });
test('a refusal is accepted by its status, if the case names some', () => {
  const find = (testCase: Case, line: string) =>
    named(findInRefusal(testCase, reading([], [line])));
  assert.equal(find(madeCase({ expect: refused() }), 'HTTP/1.1 500 No'), undefined);
  assert.equal(find(statuses, 'HTTP/1.1 426 No'), undefined);
  assert.deepEqual(find(statuses, 'HTTP/1.1 500 No'), [
    'wrong-status',
    'should',
    'HTTP/1.1 500 No',
  ]);
  assert.deepEqual(find(statuses, 'HTTP/1.1 no'), ['wrong-status', 'should', 'HTTP/1.1 no']);
  const optional = madeCase({ level: 'may', expect: refused([400]) });
  assert.deepEqual(find(optional, 'HTTP/1.1 500 No'), ['wrong-status', 'may', 'HTTP/1.1 500 No']);
  assert.equal(find(madeCase({ expect: answered([]) }), 'HTTP/1.1 500 No'), undefined);
});

test('an accepted handshake that has to be refused is found', () => {
  const found = findInRefusal(statuses, reading([]));
  assert.deepEqual(named(found), ['case', 'must', 'accepted with 101']);
});

test('a server that says nothing has to end the connection, unless the case lets it wait', () => {
  const find = (part: Partial<Case>, ...said: Said[]) => {
    const testCase = madeCase({ expect: refused(), ...part });
    return findInRefusal(testCase, reading(said, []))?.expected;
  };
  const answer = 'a response, or the end of the connection';
  assert.equal(find({}, timeout), answer);
  assert.equal(find({}, fin), undefined);
  assert.equal(find({}, rst), undefined);
  assert.equal(find({ expect: refusedOrPending() }, timeout), undefined);
  assert.equal(find({ aftermath: { memory: 1 } }, timeout), 'the end of the connection');
  const lineFeeds = { request: { lines: ['GET / HTTP/1.1'], lineEnd: '\n' } } as const;
  assert.equal(find({ handshake: lineFeeds }, timeout), undefined);
});

test('a client that has to refuse a response goes away without a frame', () => {
  const find = (...said: Said[]) => findInClientRefusal(statuses, reading(said))?.observed;
  assert.equal(find(client(text('x'))), 'the connection is used');
  assert.equal(find(), 'the connection stays open');
  assert.equal(find(timeout), 'the connection stays open');
  assert.equal(find(rst), undefined);
  assert.equal(findInClientRefusal(statuses, nothing), undefined);
  const timeline = record([client(close(1002))]);
  const gone = (entries: typeof timeline.entries) => {
    const left = { kind: 'fin', from: 'client', at: 9 } as const;
    const conversation = readConversation({ ...timeline, entries: [...entries, left] });
    return findInClientRefusal(statuses, conversation);
  };
  assert.match(gone(timeline.entries)!.observed, /^Close 1002/);
  assert.equal(gone(timeline.entries.slice(0, 2)), undefined);
});
