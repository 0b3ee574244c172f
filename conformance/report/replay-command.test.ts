import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quoteForShell, replayCommand } from './replay-command.ts';
import { sampleRun } from './sample-run.ts';

test('the command has all that makes the conversation the same', async () => {
  const run = await sampleRun();
  const command = replayCommand('a/b', {
    ...run,
    target: { ...run.target, url: 'wss://h/p?a=1&b=2', command: ['node', "it's.js"] },
    catalogue: { version: '1', volume: 'full' },
    options: { ...run.options, insecure: true, headers: ['Authorization'] },
  });
  assert.equal(
    command,
    "npx framewright replay a/b 'wss://h/p?a=1&b=2' --header 'Authorization: …' --insecure" +
      " --volume full --seed 2a -- node 'it'\\''s.js'",
  );
});

test('a client cannot be replayed by an address', async () => {
  const run = await sampleRun();
  assert.equal(
    replayCommand('a/b', { ...run, target: { ...run.target, role: 'client' } }),
    undefined,
  );
});

test('a word that means something to a shell is quoted', () => {
  assert.deepEqual(['a-b/c:1', 'a b', '$(x)', ''].map(quoteForShell), [
    'a-b/c:1',
    "'a b'",
    "'$(x)'",
    "''",
  ]);
});
