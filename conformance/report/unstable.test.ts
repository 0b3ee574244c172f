/** Every report shows a case whose attempts differ, with the other attempts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Run } from '../results/results.ts';
import { sampleRun } from '../testing/sample-run.ts';
import { outcomeInWords, renderConsole } from './console.ts';
import { renderGithub } from './github.ts';
import { detailsOf, indexById, overviewOf } from './html-data.ts';
import { renderJunit } from './junit.ts';
import { summarize } from './summary.ts';

async function unstableRun(): Promise<Run> {
  const run = await sampleRun();
  const [first, ...others] = run.results;
  const { verdict: _, ...judgement } = first!;
  const late = { ...judgement, verdict: 'fail', observed: 'no response to the handshake' } as const;
  return { ...run, results: [{ ...first!, unstable: true, otherAttempts: [late] }, ...others] };
}

const attempts = 'first fail: no response to the handshake; then pass';

test('an unstable pass is counted as unstable and as a pass', async () => {
  const { unstable, totals } = summarize(await unstableRun());
  assert.deepEqual([unstable.map(({ id }) => id), totals.pass], [['sample/kept'], 1]);
});

test('text and annotations contain the number of unstable cases', async () => {
  const run = await unstableRun();
  assert.match(outcomeInWords(run), /1 not judged, 1 unstable ·/);
  const text = renderConsole([run]);
  assert.match(text, /1 not judged, 1 unstable ·/);
  assert.ok(text.includes(`sample/kept  ${attempts}`), text);
  assert.match(renderGithub([run]), /1 not judged, 1 unstable\n/);
});

test('JUnit has a property of the test case, HTML an entry in the target and in the cell', async () => {
  const run = await unstableRun();
  const xml = renderJunit([run]);
  assert.ok(xml.includes(`<property name="unstable" value="${attempts}"/>`), xml);
  const [target] = overviewOf([run]).targets;
  assert.deepEqual(
    target!.facts.find(([name]) => name === 'unstable'),
    ['unstable', 'sample/kept'],
  );
  const [detail] = detailsOf('sample/kept', [indexById(run)]);
  assert.ok(detail!.observed.endsWith(`(${attempts})`), detail!.observed);
});
