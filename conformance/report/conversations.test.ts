/** Results of several conversations: each report shows or names all of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storedConversations } from '../cli/exports.ts';
import { renderHar } from '../export/har.ts';
import type { Run } from '../results/results.ts';
import { runOfSeveralConversations } from '../testing/sample-run.ts';
import { explain, explanationText } from './explain.ts';
import { detailsOf, indexById } from './html-data.ts';
import { renderJunit } from './junit.ts';

const connections = 'before, round 1; round 1; before, round 3; main, round 3 (shown); aftermath';

/** The same, with the fresh connection not served. */
function notServed(run: Run): Run {
  const [result] = run.results;
  return { ...run, results: [{ ...result!, rule: 'no-longer-served' }] };
}

test('text names the conversations, and shows the bytes of the one that decided', async () => {
  const run = await runOfSeveralConversations();
  const explained = explanationText('sample/broken', explain(run.results[0]!, run));
  assert.ok(explained.includes(connections), explained);
  assert.match(explained, /the third/);
  assert.doesNotMatch(explained, /afterwards|the first|an attempt/);
  assert.ok(renderJunit([run]).includes(connections));
});

test('text shows the fresh connection if that was not served', async () => {
  const run = notServed(await runOfSeveralConversations());
  const { bytes } = explain(run.results[0]!, run);
  assert.match(bytes!, /afterwards/);
});

test('HTML has all conversations, the one that decided open, and those of another attempt', async () => {
  const [detail] = detailsOf('sample/broken', [indexById(await runOfSeveralConversations())]);
  const shown = detail!.conversations.map(({ title, isShown, at }) => [title, isShown, !!at]);
  assert.deepEqual(shown, [
    ['before, round 1', false, false],
    ['round 1', false, false],
    ['before, round 3', false, false],
    ['main, round 3', true, true],
    ['aftermath', false, false],
    ['attempt 1, pass: main, round 1', false, false],
  ]);
  const contents = detail!.conversations.map(({ blocks }) => JSON.stringify(blocks));
  for (const [index, words] of ['before the first', 'the first', 'before the third'].entries()) {
    assert.ok(contents[index]!.includes(words), words);
  }
});

test('exports have all conversations, each with its name', async () => {
  const run = await runOfSeveralConversations();
  const recorded = storedConversations('sample/broken', [run]);
  const { entries } = JSON.parse(renderHar(recorded)).log as { entries: { comment: string }[] };
  assert.deepEqual(
    entries.map(({ comment }) => comment),
    ['before, round 1', 'round 1', 'before, round 3', 'main, round 3', 'aftermath'].map(
      (title) => `sample/broken, sample 1.0 (${title})`,
    ),
  );
});
