import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chromiumSwitches } from './chromium-switches.ts';
import { find } from './find.ts';
import { playwright } from './playwright-library.ts';

test('the features that Playwright disables stay disabled', async () => {
  const found = find('chromium');
  assert('control' in found && found.control === 'playwright');
  const server = await playwright().chromium.launchServer({ executablePath: found.executable });
  const { spawnargs } = server.process();
  await server.close();
  const theirs = spawnargs.flatMap(disabledFeatures);
  const ours = chromiumSwitches.flatMap(disabledFeatures);
  assert.notEqual(theirs.length, 0);
  assert.deepEqual(
    theirs.filter((feature) => !ours.includes(feature)),
    [],
  );
});

const disabledFeatures = (argument: string) =>
  argument.match(/^--disable-features=(.*)/)?.[1]?.split(',') ?? [];
