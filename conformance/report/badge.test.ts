import assert from 'node:assert/strict';
import { test } from 'node:test';
import { XMLValidator } from 'fast-xml-parser';
import type { Verdict } from '../judge/judge.ts';
import { judgedRun, sampleRun } from '../testing/sample-run.ts';
import { badgeOf, renderBadgeJson, renderBadgeSvg } from './badge.ts';

/** The sample, cut down to results of these verdicts. */
async function runWith(...verdicts: Verdict[]) {
  const run = await sampleRun();
  return { ...run, results: run.results.filter(({ verdict }) => verdicts.includes(verdict)) };
}

test('the badge counts the passed MUSTs', async () => {
  const of = async (...verdicts: Verdict[]) => {
    const { message, color } = badgeOf([await runWith(...verdicts)]);
    return `${message} ${color}`;
  };
  assert.equal(await of('pass', 'info', 'skip'), '1/1 MUST brightgreen');
  assert.equal(await of('pass', 'warn'), '1/1 MUST yellow');
  assert.equal(await of('pass', 'fail', 'warn'), '1/2 MUST red');
  assert.equal(await of('pass', 'error'), 'not judged lightgrey');
  assert.equal(await of('skip'), 'not judged lightgrey');
});

test('the JSON has the form that shields.io reads', async () => {
  assert.deepEqual(JSON.parse(renderBadgeJson([await judgedRun()])), {
    schemaVersion: 1,
    label: 'websocket',
    message: '1/2 MUST',
    color: 'red',
  });
});

test('the SVG is well-formed and contains its text', async () => {
  const svg = renderBadgeSvg([await judgedRun()]);
  assert.equal(XMLValidator.validate(svg), true);
  assert.match(svg, /aria-label="websocket: 1\/2 MUST"/);
});
