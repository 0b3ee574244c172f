import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Case } from '../format/case.ts';
import { answered, echoOf, observed } from '../format/expectation.ts';
import { close, text } from '../format/step.ts';
import { madeCase } from '../testing/made-case.ts';
import { alive, client, fin, record, server, timeout } from '../testing/said.ts';
import type { Timeline } from '../wire/timeline.ts';
import {
  type AftermathFacts,
  type CaseConversation,
  judgeConversations,
} from './judge-conversations.ts';

const target = { role: 'server', echo: true } as const;
const closing = [client(close(1000)), server(close(1000)), fin];
const echo = record([client(text('a')), server(text('a')), ...closing]);
const silence = record([client(text('a')), timeout]);
const fresh = record([...alive, ...closing]);
const echoCase = (part: Partial<Case> = {}) =>
  madeCase({ expect: answered([echoOf(text('a'))]), ...part });

function judged(
  testCase: Case,
  conversations: readonly CaseConversation[],
  aftermath?: AftermathFacts,
) {
  const judgement = judgeConversations(
    testCase,
    { conversations, ...(aftermath && { aftermath }) },
    target,
  );
  return judgement && [judgement.verdict, judgement.rule, judgement.observed];
}
const main = (timeline: Timeline, round?: number): CaseConversation => ({
  ...{ name: 'main', timeline },
  ...(round !== undefined && { round }),
});

test('the main conversation decides; those before it do not', () => {
  const before: CaseConversation = { name: 'before', timeline: silence };
  assert.deepEqual(judged(echoCase(), [before, main(echo)])?.[0], 'pass');
  assert.deepEqual(judged(echoCase(), [main(silence)])?.slice(0, 2), ['fail', 'missing-answer']);
});

test('nothing can be said of a case whose conversation was not kept', () => {
  assert.equal(judged(echoCase(), []), undefined);
});

test('of a case that is repeated, the round that is not as expected is named', () => {
  const repeated = echoCase({ repeat: { times: 9, atOnce: 1 } });
  const round: CaseConversation = { name: 'round', round: 4, timeline: silence };
  assert.match(judged(repeated, [main(echo, 9), round])![2]!, /^conversation 4 of 9: timeout/);
  assert.equal(judged(repeated, [main(echo, 9)])?.[2], 'Close 1000, then FIN');
});

const burdened = echoCase({ aftermath: { memory: 2 * 1024 * 1024 } });
const afterwards: CaseConversation = { name: 'aftermath', timeline: fresh };

test('a target that serves a fresh connection has stood what it was given', () => {
  const passed = judged(burdened, [main(echo), afterwards], {});
  assert.equal(passed?.[2], 'Close 1000, then FIN, then a fresh connection served');
  const measured = judged(burdened, [main(echo), afterwards], { memoryGrowth: 1024 * 1024 });
  assert.match(measured![2]!, /served, 1 MiB more memory$/);
});

test('a fresh connection that cannot be opened, or is not served, fails the case', () => {
  const refused = judged(burdened, [main(echo)], { connectError: 'ECONNREFUSED' });
  assert.equal(refused?.[0], 'fail');
  assert.match(refused![2]!, /is not served: ECONNREFUSED$/);
  const mute: CaseConversation = { name: 'aftermath', timeline: record([timeout]) };
  assert.equal(judged(burdened, [main(echo), mute], {})?.[0], 'fail');
});

test('memory beyond the budget of the case fails it', () => {
  const grown = judged(burdened, [main(echo), afterwards], { memoryGrowth: 9 * 1024 * 1024 });
  assert.deepEqual(grown, ['fail', 'memory-over-budget', '9 MiB more memory']);
});

test('a conversation that has failed needs no look at what came afterwards', () => {
  assert.equal(judged(burdened, [main(silence)])?.[1], 'missing-answer');
});

test('without what is needed to judge the aftermath there is no verdict', () => {
  assert.equal(judged(burdened, [main(echo)]), undefined);
  assert.equal(judged(burdened, [main(echo)], {}), undefined);
});

test('a case that leaves the outcome open passes if the target survives, unless it is a MAY', () => {
  const open = { expect: observed(), aftermath: { memory: 1 } };
  const conversations = [main(record([...alive, timeout])), afterwards];
  assert.equal(judged(madeCase(open), conversations, {})?.[0], 'pass');
  assert.equal(judged(madeCase({ ...open, level: 'may' }), conversations, {})?.[0], 'info');
});
