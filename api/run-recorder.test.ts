import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogue } from '../conformance/catalogue/catalogue.ts';
import { parseResults } from '../conformance/results/read-results.ts';
import { resultsOf } from '../conformance/results/results.ts';
import { formatResults } from '../conformance/results/results-file.ts';
import { unjudged } from '../conformance/results/unjudged.ts';
import type { Capabilities } from '../conformance/run/server/probe/capabilities.ts';
import { serverTarget } from '../conformance/run/server/server-target.ts';
import { recordClientRun, recordServerRun } from './run-recorder.ts';

const capabilities: Capabilities = {
  ...{ echo: true, pong: true, deflate: true, windowLimit: true, originPolicy: false },
  ...{ script: false, tls: false, http2: false, extensions: '', ending: '' },
};
const cases = catalogue().slice(0, 3);
const [first, second, third] = cases;

test('results are in the order of the cases, and the run is valid results.json', async () => {
  const recorder = recordClientRun({ cases, name: 'mine', version: '1.2' });
  for (const testCase of [third!, first!, second!]) {
    await recorder.add(unjudged(testCase, 'error', 'nothing was seen'));
  }
  const run = recorder.run();
  assert.deepEqual(
    run.results.map(({ id }) => id),
    cases.map(({ id }) => id),
  );
  assert.deepEqual([run.end, run.planned], [{ state: 'complete' }, 3]);
  const { role, name, version } = run.target;
  assert.deepEqual([role, name, version], ['client', 'mine', '1.2']);
  assert.deepEqual(parseResults(formatResults(resultsOf([run])), 'run.json').runs, [run]);
});

test('a run without all results is interrupted, and a later result replaces an earlier one', async () => {
  const recorder = recordClientRun({ cases });
  await recorder.add(unjudged(first!, 'error', 'once'));
  await recorder.add(unjudged(first!, 'error', 'twice'));
  const { end, results } = recorder.run();
  assert.deepEqual(end, { state: 'interrupted' });
  assert.deepEqual(
    results.map(({ observed }) => observed),
    ['twice'],
  );
  assert.deepEqual(recorder.run({ state: 'target lost', reason: 'it crashed' }).end, {
    state: 'target lost',
    reason: 'it crashed',
  });
});

test('secrets of the target are redacted', async () => {
  const headers = [['Authorization', 'Bearer quite-secret']] as const;
  const target = serverTarget('ws://127.0.0.1/?token=hidden-value', { headers });
  const recorder = recordServerRun(target, capabilities, { cases });
  await recorder.add(unjudged(first!, 'error', 'it said quite-secret and hidden-value'));
  const written = JSON.stringify(recorder.run());
  assert.doesNotMatch(written, /quite-secret|hidden-value/);
  assert.match(written, /"headers":\["Authorization"\]/);
});

test('a case of another run is an error', async () => {
  const recorder = recordClientRun({ cases: [first!] });
  await assert.rejects(recorder.add(unjudged(second!, 'error', '')), RangeError);
});
