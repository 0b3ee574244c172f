import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answered, echoOf } from '../format/expectation.ts';
import { text } from '../format/step.ts';
import { madeCase } from '../testing/made-case.ts';
import { malice, sampleRun } from '../testing/sample-run.ts';
import { rejudge } from './rejudge.ts';

const question = text(malice);
const echo = madeCase({
  id: 'sample/kept',
  title: 'an echo',
  section: '5.6',
  requirement: 'messages are echoed',
  steps: [question],
  expect: answered([echoOf(question)]),
});

test('a stored conversation is judged by the current version of the case', async () => {
  const run = await sampleRun();
  const [kept] = rejudge(run, [echo]).results;
  assert.deepEqual(
    [kept!.verdict, kept!.section, kept!.title, kept!.conversations],
    ['pass', '5.6', 'an echo', run.results[0]!.conversations],
  );
  const stricter = { ...echo, expect: answered([echoOf(text('something else'))]) };
  const [broken] = rejudge(run, [stricter]).results;
  assert.deepEqual([broken!.verdict, broken!.rule], ['fail', 'wrong-answer']);
  assert.deepEqual(broken!.at?.from, 'server');
});

test('a verdict based on other bytes loses its place', async () => {
  const run = await sampleRun();
  const again = rejudge(run, [{ ...echo, id: 'sample/broken' }]);
  assert.deepEqual([again.results[1]!.verdict, again.results[1]!.at], ['pass', undefined]);
});

test('results without a conversation or a current case are unchanged', async () => {
  const run = await sampleRun();
  const skipped = { ...echo, id: 'sample/skipped' };
  assert.deepEqual(rejudge(run, [skipped]).results, run.results);
});

test('a repeated key is unchanged: the other conversation is not available', async () => {
  const run = await sampleRun();
  const results = run.results.map((result) => ({ ...result, rule: 'repeated-key' }));
  assert.deepEqual(rejudge({ ...run, results }, [echo]).results, results);
});

test('a truncated conversation is not judged again', async () => {
  const run = await sampleRun();
  const [kept, ...others] = run.results;
  const [main] = kept!.conversations;
  const timeline = { ...main!.timeline, leftOut: { client: 0, server: 1 } };
  const cut = { ...kept!, conversations: [{ ...main!, timeline }] };
  const stricter = { ...echo, expect: answered([echoOf(text('something else'))]) };
  const [again] = rejudge({ ...run, results: [cut, ...others] }, [stricter]).results;
  assert.deepEqual(again, cut);
});
