import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { readResults } from '../results/read-results.ts';
import { sampleRun } from '../testing/sample-run.ts';
import { prepareOutputs, writeOutputs } from './outputs.ts';

test('results that cannot be written to their file are saved elsewhere', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'framewright-'));
  t.after(() => rm(folder, { recursive: true }));
  const outputs = [
    { name: 'json', path: join(folder, 'results.json') },
    { name: 'junit', path: join(folder, 'junit.xml') },
  ];
  await prepareOutputs(outputs);
  // Something occupies the path while the cases run.
  await mkdir(join(folder, 'results.json', 'inside'), { recursive: true });
  const run = await sampleRun();
  const { failures, areKept } = await writeOutputs(outputs, [run], { verbose: false }, true);
  assert.deepEqual([failures.length, areKept], [2, true]);
  assert.match(failures[0]!, /^cannot write .*results\.json: /);
  const kept = /^the results are in (.+results\.json): /.exec(failures[1]!)?.[1];
  assert.ok(kept);
  t.after(() => rm(dirname(kept), { recursive: true }));
  assert.deepEqual((await readResults(kept)).runs, [run]);
  assert.deepEqual((await readdir(folder)).toSorted(), ['junit.xml', 'results.json']);
});

test('results are kept elsewhere if their folder was removed during the run', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'framewright-'));
  const outputs = [{ name: 'json', path: join(folder, 'results.json') }];
  await prepareOutputs(outputs);
  await rm(folder, { recursive: true });
  const run = await sampleRun();
  const { failures, areKept } = await writeOutputs(outputs, [run], { verbose: false }, true);
  assert.match(failures[0]!, /^cannot write .*results\.json: ENOENT/);
  const kept = /^the results are in (.+results\.json): /.exec(failures[1]!)?.[1];
  assert.ok(kept && areKept);
  t.after(() => rm(dirname(kept), { recursive: true }));
  assert.deepEqual((await readResults(kept)).runs, [run]);
});

test('an output that cannot be written is refused before the first case, without a trace', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'framewright-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'file'), '');
  for (const path of [join(folder, 'file', 'results.json'), folder]) {
    await assert.rejects(prepareOutputs([{ name: 'json', path }]), { message: /^cannot write / });
  }
  const tooLong = join(folder, `${'n'.repeat(252)}.json`);
  await assert.rejects(prepareOutputs([{ name: 'json', path: tooLong }]), /: ENAMETOOLONG/);
  await prepareOutputs([{ name: 'json', path: join(folder, 'results.json') }]);
  await prepareOutputs([{ name: 'json', path: '/dev/stdout' }]);
  assert.deepEqual(await readdir(folder), ['file']);
});

test('two reports with the same path are refused', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'framewright-'));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'report');
  const json = { name: 'json', path };
  const junit = { name: 'junit', path: join(folder, '.', 'report') };
  await assert.rejects(
    prepareOutputs([json, junit]),
    /cannot write .*report as json and as junit$/,
  );
  await prepareOutputs([json, json]);
  await prepareOutputs([
    { ...json, path: '/dev/null' },
    { ...junit, path: '/dev/null' },
  ]);
});
