import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderAutobahn } from './autobahn.ts';
import { sampleRun } from './sample-run.ts';

test('index.json has an entry per Autobahn case, the worst verdict of ours in each', async () => {
  const files = renderAutobahn([await sampleRun()]);
  const agent = 'sample 1.0';
  const entry = (id: string, behavior: string, behaviorClose: string, played = true) => ({
    behavior,
    behaviorClose,
    duration: played ? 2 : 0,
    remoteCloseCode: played ? 1000 : null,
    reportfile: `sample_1_0_case_${id.replaceAll('.', '_')}.json`,
  });
  assert.deepEqual(JSON.parse(files.get('index.json')!), {
    [agent]: {
      '5.1': entry('5.1', 'FAILED', 'OK'),
      '5.2': entry('5.2', 'FAILED', 'OK'),
      '7.1.1': entry('7.1.1', 'NON-STRICT', 'WRONG CODE'),
      '12.1.1': entry('12.1.1', 'UNIMPLEMENTED', 'UNIMPLEMENTED', false),
    },
  });
});

test('each entry has its file, which names our cases', async () => {
  const files = renderAutobahn([await sampleRun()]);
  const index = JSON.parse(files.get('index.json')!) as Record<
    string,
    Record<string, { reportfile: string }>
  >;
  const named = Object.values(index['sample 1.0']!).map(({ reportfile }) => reportfile);
  assert.deepEqual([...files.keys()].toSorted(), ['index.json', ...named].toSorted());
  const file = JSON.parse(files.get('sample_1_0_case_5_1.json')!);
  assert.deepEqual(
    file.cases.map(({ id, verdict }: { id: string; verdict: string }) => [id, verdict]),
    [
      ['sample/kept', 'pass'],
      ['sample/broken', 'fail'],
    ],
  );
});

test('two targets of one name are told apart', async () => {
  const run = await sampleRun();
  const files = renderAutobahn([run, run]);
  assert.deepEqual(Object.keys(JSON.parse(files.get('index.json')!)), [
    'sample 1.0',
    'sample 1.0 (2)',
  ]);
  assert.equal(files.size, 9);
});

test('no name of an agent costs another its files, or its own', async () => {
  const run = await sampleRun();
  const { version: _, ...target } = run.target;
  const named = (name: string) => ({ ...run, target: { ...target, name } });
  const long = 'a'.repeat(500);
  const names = ['x y', 'x/y', 'X_Y', '__proto__', '日本', '中国', long, `${long}b`];
  const files = renderAutobahn(names.map(named));
  const index = JSON.parse(files.get('index.json')!) as Record<string, object>;
  assert.deepEqual(Object.keys(index), names);
  assert.equal(files.size, 1 + names.length * 4);
  for (const name of files.keys()) assert.match(name, /^[a-z0-9_]{1,120}(_case_[\d_]+)?\.json$/);
});
