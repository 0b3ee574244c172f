import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testGroups } from './test-groups.ts';

const groupsOf = (sources: Readonly<Record<string, string>>) =>
  testGroups(Object.keys(sources), (file) => sources[file]!);

test('plain test files of one folder share a process', () => {
  const sources = { 'a/1.test.ts': "test('one', () => {});", 'a/2.test.ts': '', 'b/1.test.ts': '' };
  assert.deepEqual(groupsOf(sources), [['a/1.test.ts', 'a/2.test.ts'], ['b/1.test.ts']]);
});

test('a file that affects its whole process runs in a separate one', () => {
  const acting = [
    'before(async () => {});',
    'afterEach(() => {});',
    "t.mock.timers.enable({ apis: ['setTimeout'] });",
    "import { spawn } from 'node:child_process';",
    "import { launch } from '../browsers/launch.ts';",
    'const cli = await buildCli();',
    "process.env.NO_COLOR = '1';",
    'globalThis.WebSocket = Stub;',
    "describe('sessions', { concurrency: true }, () => {});",
  ];
  for (const source of acting) {
    const groups = groupsOf({ 'a/1.test.ts': '', 'a/2.test.ts': source, 'a/3.test.ts': '' });
    assert.deepEqual(groups, [['a/2.test.ts'], ['a/1.test.ts', 'a/3.test.ts']], source);
  }
});

test('hooks within a suite and the path of node do not separate a file', () => {
  const harmless = "describe('it', () => {\n  before(() => {});\n});\nprocess.execPath;\n";
  const groups = groupsOf({ 'a/1.test.ts': harmless, 'a/2.test.ts': '' });
  assert.deepEqual(groups, [['a/1.test.ts', 'a/2.test.ts']]);
});
