import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withSettings } from './webdriver.ts';

const settings = { chromiumArgs: ['--mine'], firefoxUserPrefs: { mine: true, both: 'mine' } };

test('a remote browser gets the settings of a local one in addition to those given', () => {
  const given = { args: ['--given'], binary: '/opt/chrome' };
  assert.deepEqual(withSettings({ browserName: 'chrome', 'goog:chromeOptions': given }, settings), {
    browserName: 'chrome',
    'goog:chromeOptions': { args: ['--given', '--mine'], binary: '/opt/chrome' },
  });
  assert.deepEqual(withSettings({ browserName: 'MicrosoftEdge' }, settings), {
    ...{ browserName: 'MicrosoftEdge', 'ms:edgeOptions': { args: ['--mine'] } },
  });
  const prefs = { both: 'given' };
  assert.deepEqual(
    withSettings({ browserName: 'firefox', 'moz:firefoxOptions': { prefs } }, settings),
    { browserName: 'firefox', 'moz:firefoxOptions': { prefs: { mine: true, both: 'given' } } },
  );
  assert.deepEqual(withSettings({ browserName: 'safari' }, settings), { browserName: 'safari' });
});
