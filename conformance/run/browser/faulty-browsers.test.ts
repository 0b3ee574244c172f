/** Every case about a browser's API is able to fail. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch } from '../../../browsers/launch.ts';
import type { Session } from '../../../browsers/session.ts';
import { catalogue } from '../../catalogue/catalogue.ts';
import { matchesPattern } from '../../format/id-pattern.ts';
import { faultyBrowsers } from '../../reference/faulty/browsers.ts';
import { type RunningRelay, startRelay } from '../../testing/tampering-relay.ts';
import { launchOptions } from './engine-settings.ts';
import { runBrowserCases } from './run-browser.ts';

/** A case that allows everything cannot fail. */
const cases = catalogue().filter(({ page, level }) => page !== undefined && level !== 'may');

let session: Session;
before(async () => {
  session = await launch('chromium', launchOptions('chromium'));
});
after(() => session?.close());

test('every case of the browser API fails for a faulty browser', () => {
  const patterns = faultyBrowsers.flatMap(({ fails }) => fails);
  const unproven = cases.filter(
    ({ id }) => !patterns.some((pattern) => matchesPattern(pattern, id)),
  );
  assert.deepEqual(
    unproven.map(({ id }) => id),
    [],
  );
});

for (const { name, fails, page, wire } of faultyBrowsers) {
  test(`a browser that ${name} fails its cases`, async () => {
    const suspects = cases.filter(({ id }) => fails.some((pattern) => matchesPattern(pattern, id)));
    const relays: RunningRelay[] = [];
    const results = runBrowserCases(suspects, 'chromium', {
      session,
      timeout: 800,
      pageTimeout: 3000,
      ...(page && { prepare: (tab) => tab.evaluate(page) }),
      ...(wire && {
        async through(url) {
          const between = await startRelay(url, wire);
          relays.push(between);
          return between.url;
        },
      }),
    });
    const undetected: string[] = [];
    for await (const { case: testCase, verdict, observed } of results) {
      if (verdict === 'fail' || verdict === 'warn') continue;
      undetected.push(`${testCase.id}: ${verdict}, observed ${observed}`);
    }
    await Promise.all(relays.map((each) => each.close()));
    assert.deepEqual(undetected, []);
  });
}
