import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CaseResult } from '../../results/case-result.ts';
import { madeCase } from '../../testing/made-case.ts';
import { mainOnly } from '../../testing/sample-run.ts';
import { isSettled } from './settled.ts';

const result = (
  verdict: CaseResult['verdict'],
  rule: string,
  waitingFor = 'a Close frame',
): CaseResult => ({
  ...{ case: madeCase({}), verdict, rule, observed: '', expected: '', duration: 0 },
  conversations:
    verdict === 'error'
      ? []
      : mainOnly({ transport: 'tcp', entries: [{ kind: 'timeout', at: 1, waitingFor }] }),
});

test('a doubt is settled by a clear result, by the same result again, or by the third attempt', () => {
  const late = result('fail', 'no-close-frame');
  const other = result('fail', 'missing-answer', 'the next message');
  const pass = result('pass', 'rule');
  const unjudged = result('error', 'rule');
  assert.ok(isSettled([pass]));
  assert.ok(!isSettled([late]));
  assert.ok(isSettled([late, pass]));
  assert.ok(isSettled([late, late]));
  assert.ok(!isSettled([late, other]));
  assert.ok(isSettled([late, other, late]));
  assert.ok(!isSettled([unjudged, unjudged]));
  assert.ok(isSettled([unjudged, unjudged, unjudged]));
  assert.ok(!isSettled([unjudged, late]));
});
