import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleRun } from '../testing/sample-run.ts';
import { replayCommand } from './replay-command.ts';

test('the command contains everything that determines the conversation', async () => {
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

test('a client has no replay command', async () => {
  const run = await sampleRun();
  assert.equal(
    replayCommand('a/b', { ...run, target: { ...run.target, role: 'client' } }),
    undefined,
  );
});

test('a hostile id or address can neither run a command nor act as an option', async () => {
  const run = await sampleRun();
  const command = replayCommand('a/$(touch`x`)', run);
  assert.match(command!, /^npx framewright replay 'a\/\$\(touch`x`\)' ws:/);
  assert.equal(replayCommand('--har=x/y', run), undefined);
  const target = { ...run.target, url: '--pcapng=x' };
  assert.equal(replayCommand('a/b', { ...run, target }), undefined);
  const unspeakable = { ...run.target, command: ['a\0b'] };
  assert.equal(replayCommand('a/b', { ...run, target: unspeakable }), undefined);
});
