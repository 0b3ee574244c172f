/** The HTML report groups broken rules by cause. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cause } from '../judge/violation.ts';
import { sampleRun } from '../testing/sample-run.ts';
import { overviewOf } from './html-data.ts';

const cause: Cause = {
  rule: 'no-close-frame',
  level: 'must',
  document: 'RFC 6455',
  section: '5.5.1',
  requirement: 'a Close is answered',
  where: 'ending',
  seen: 'FIN \u001b[31mwithout Close',
};

test('each target lists its causes, with the cases of each and the place where it was seen', async () => {
  const run = await sampleRun({});
  const [first, second] = run.results;
  const broken = { verdict: 'fail', rule: cause.rule, cause } as const;
  const results = [
    { ...first!, ...broken },
    { ...second!, ...broken },
  ];
  const [target] = overviewOf([{ ...run, results }]).targets;
  const [only, ...others] = target!.causes;
  assert.equal(others.length, 0);
  assert.deepEqual(only!.cases, [first!.id, second!.id]);
  assert.equal(only!.reference, 'RFC 6455 §5.5.1');
  assert.match(only!.seen, /^ending: FIN/);
  assert.ok(!only!.seen.includes('\u001b'));
});
