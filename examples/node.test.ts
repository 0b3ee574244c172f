/** Framewright in Node's test runner: every case is a test. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { catalogue, explainResult, probeServer, runServerCase, serverTarget } from 'framewright';
import { startEchoServer } from './echo-server.ts';

const server = await startEchoServer();
after(() => server.close());

const target = serverTarget(server.url);
const capabilities = await probeServer(target);
const cases = catalogue().filter(
  ({ id, against }) => against.includes('server') && id.startsWith('fragmentation/'),
);

describe('my server conforms to RFC 6455', { concurrency: 8 }, () => {
  for (const testCase of cases) {
    test(`${testCase.id}: ${testCase.title}`, async (t) => {
      const result = await runServerCase(testCase, target, { capabilities });
      if (result.verdict === 'skip') t.skip(result.observed);
      assert.notEqual(result.verdict, 'fail', explainResult(result));
      assert.notEqual(result.verdict, 'error', result.observed);
    });
  }
});
