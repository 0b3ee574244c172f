import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  closed,
  type Expectation,
  failed,
  failedAlone,
  gone,
  observed,
  pending,
} from '../format/expectation.ts';
import { probePayload } from '../format/liveness.ts';
import { close, inSegmentsOf, ping, text } from '../format/step.ts';
import { behaviourWith } from '../testing/behaviours.ts';
import { madeCase } from '../testing/made-case.ts';
import { bad, client, fin, record, rst, type Said, server, timeout } from '../testing/said.ts';
import { readConversation } from '../wire/conversation.ts';
import type { Side } from '../wire/timeline.ts';
import { findInEnding } from './judge-ending.ts';

function find(expect: Expectation, said: readonly Said[], role: Side = 'server', part = {}) {
  const conversation = readConversation(record(said));
  return findInEnding(madeCase({ expect, ...part }), conversation, { role, echo: true });
}
const rule = (...args: Parameters<typeof find>) => find(...args)?.rule.name;

test('a target that waits for what is missing is fine, and so is one that fails the connection', () => {
  assert.equal(find(pending(1002), [bad, timeout]), undefined);
  assert.equal(find(pending(1002), [bad, server(close(1002)), fin]), undefined);
  assert.equal(rule(pending(1002), [bad, server(close(1000)), fin]), 'wrong-close-code');
  assert.equal(rule(pending(1002), [bad, rst]), 'failed-without-close-frame');
});

test('a target that stays until a Close asks it has not failed the connection', () => {
  const question = client(close(1000, probePayload));
  const drops = behaviourWith({ close: { kind: 'drop' } });
  const ruleOf = (said: readonly Said[], behaviour = behaviourWith()) => {
    const conversation = readConversation(record(said));
    const side = { role: 'server', echo: true, behaviour } as const;
    return findInEnding(madeCase({ expect: failed(1002) }), conversation, side)?.rule.name;
  };
  assert.equal(ruleOf([bad, question, server(close(1000)), fin]), 'case');
  assert.equal(ruleOf([bad, question, fin], drops), 'case');
  assert.equal(ruleOf([bad, question, rst], drops), 'case');
  assert.equal(ruleOf([bad, question, timeout], drops), 'case');
  // It failed the connection before the question reached it.
  assert.equal(ruleOf([bad, server(close(1002)), question, fin]), undefined);
  assert.equal(ruleOf([bad, fin, question], drops), 'failed-without-close-frame');
  assert.equal(rule(failed(1002), [bad, question, fin]), 'failed-without-close-frame');
});

test('a target whose Close is not answered ends TCP by itself', () => {
  const said = [bad, server(close(1002))];
  assert.equal(rule(failedAlone(1002), [...said, timeout]), 'case');
  assert.equal(find(failedAlone(1002), [...said, fin]), undefined);
});

test('a reset may have lost the Close of a target that was written to in segments', () => {
  const steps = [inSegmentsOf(1, text('bad'))];
  assert.equal(find(failed(1002), [bad, rst], 'server', { steps }), undefined);
  assert.equal(rule(failed(1002), [bad, rst]), 'failed-without-close-frame');
});

test('a connection that stays open is shown at the provocation, not at a question after it', () => {
  const found = find(failed(1002), [bad, client(ping(probePayload)), timeout]);
  const { client: peer } = readConversation(record([bad]));
  assert.equal(found?.at?.offset, peer.frames[0]?.offset);
  const long = client(text('x'.repeat(200)));
  assert.equal(find(failed(1002), [bad, long, timeout])?.at?.length, 2 + 2 + 4 + 200);
  assert.equal(find(failed(1002), [timeout])?.at, undefined);
});

test('after the end of TCP on one side the other ends it too', () => {
  assert.equal(find(gone(), [fin]), undefined);
  const [ofCase, ofClients] = [find(gone(), [timeout]), find(gone(), [timeout], 'client')];
  assert.deepEqual(
    [ofCase?.rule.section, ofCase?.observed],
    ['5.4', 'timeout: a Close frame did not come'],
  );
  assert.deepEqual([ofClients?.rule.name, ofClients?.rule.section], [ofCase?.rule.name, '7.2.1']);
});

test('a Close that says how the connection failed is no answer to an empty one', () => {
  assert.equal(find(failed(1002), [bad, server(close(1007)), fin])?.rule.level, 'should');
  assert.equal(find(failed(1002), [bad, server(close()), fin])?.rule.level, 'should');
  const answered = [bad, client(close()), server(close()), fin];
  assert.equal(find(failed(1002), answered)?.rule.level, 'must');
});

test('a client may wait until the server has ended TCP', () => {
  const both = [server(close(1000)), client(close(1000))];
  const ends = [both, [...both, fin]].map((said) => find(closed(1000), said, 'client')?.rule);
  assert.notEqual(ends[0]?.name, undefined);
  assert.notEqual(ends[1]?.requirement, ends[0]?.requirement);
});

test('an ending that no document decides breaks nothing', () => {
  assert.equal(find(observed(), [timeout]), undefined);
});
