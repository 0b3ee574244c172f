import assert from 'node:assert/strict';
import { test } from 'node:test';
import { engines, find, type Machine, MissingBrowser, packageFor } from './find.ts';

/** A machine that has exactly these executables. */
function machine(files: readonly string[], rest: Partial<Machine> = {}): Machine {
  return {
    platform: 'linux',
    architecture: 'x64',
    environment: { PATH: '/usr/local/bin:/usr/bin' },
    isExecutable: (path) => files.includes(path),
    playwrightBuild: (engine) => `/builds/${engine}`,
    ...rest,
  };
}

const gtk = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser';
const webkitGTK = ['/usr/bin/WebKitWebDriver', gtk, '/usr/bin/Xvfb'];

test('an empty machine has no engine, and the error names the command that helps', () => {
  for (const engine of engines) {
    const found = find(engine, undefined, machine([], { environment: {} }));
    assert.ok('missing' in found);
    const { message } = new MissingBrowser([{ engine, missing: found.missing }]);
    assert.match(message, new RegExp(`^No ${engine} on this machine`));
    assert.match(message, new RegExp(`npm run browsers ${engine}$`));
    assert.ok(message.includes(`/builds/${engine}`), 'the message lists where it looked');
  }
});

test('a machine without the package playwright still has the engines of the system', () => {
  const without: Partial<Machine> = { playwrightBuild: () => undefined };
  const found = find('webkit', undefined, machine(webkitGTK, without));
  assert.equal(packageFor(found), 'selenium-webdriver');
  const absent = find('webkit', undefined, machine([], without));
  assert.ok('missing' in absent);
  assert.equal(absent.missing[0], "Playwright's build (playwright is not installed)");
  assert.equal(packageFor(absent), 'playwright');
});

test("Playwright's build comes before the system's, unless a provider is requested", () => {
  const both = machine(['/builds/chromium', '/usr/bin/chromium']);
  const ofPlaywright = { provider: 'playwright', executable: '/builds/chromium' };
  const ofSystem = { provider: 'system', executable: '/usr/bin/chromium' };
  const rest = { engine: 'chromium', control: 'playwright' };
  assert.deepEqual(find('chromium', undefined, both), { ...rest, ...ofPlaywright });
  assert.deepEqual(find('chromium', 'playwright', both), { ...rest, ...ofPlaywright });
  assert.deepEqual(find('chromium', 'system', both), { ...rest, ...ofSystem });
  assert.ok('missing' in find('chromium', 'playwright', machine(['/usr/bin/chromium'])));
  assert.ok('missing' in find('chromium', 'system', machine(['/builds/chromium'])));
});

test('a browser named by the environment is used, and no other', () => {
  const environment = { PATH: '/usr/bin', FRAMEWRIGHT_FIREFOX: '/opt/firefox/firefox' };
  const files = ['/usr/bin/firefox', '/opt/firefox/firefox'];
  const found = find('firefox', 'system', machine(files, { environment }));
  assert.ok('executable' in found);
  assert.equal(found.executable, '/opt/firefox/firefox');
  assert.deepEqual(find('firefox', 'system', machine(['/usr/bin/firefox'], { environment })), {
    missing: ['/opt/firefox/firefox'],
  });
});

test('WebKitGTK needs its driver, its MiniBrowser, and a display', () => {
  assert.deepEqual(find('webkit', 'system', machine(webkitGTK)), {
    engine: 'webkit',
    provider: 'system',
    control: 'webkitgtk',
    driver: '/usr/bin/WebKitWebDriver',
    executable: gtk,
    xvfb: '/usr/bin/Xvfb',
  });
  for (const absent of webkitGTK) {
    const found = find('webkit', 'system', machine(webkitGTK.filter((file) => file !== absent)));
    assert.ok('missing' in found && found.missing.length === 1, absent);
  }
  const environment = { PATH: '/usr/bin', DISPLAY: ':7' };
  const onDesktop = machine(webkitGTK.slice(0, 2), { environment });
  assert.ok(!('missing' in find('webkit', 'system', onDesktop)));
});

test('on macOS, Safari and applications are found', () => {
  const chrome = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
  const mac = machine(['/usr/bin/safaridriver', chrome], { platform: 'darwin' });
  const safari = { control: 'safaridriver', driver: '/usr/bin/safaridriver' };
  assert.deepEqual(find('webkit', 'system', mac), {
    engine: 'webkit',
    provider: 'system',
    ...safari,
  });
  const found = find('chromium', 'system', mac);
  assert.ok('executable' in found);
  assert.equal(found.executable, chrome);
});
