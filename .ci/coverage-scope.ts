/**
 * Imported first by every process of `npm run test:coverage`. Recording costs time in each process,
 * so it is stopped where the tests of other folders run, and in the programs that tests start.
 */
import { stopCoverage } from 'node:v8';

const measured = /\b(?:conformance|server[/\\-]protocol)\b/;

// Unset in the runner itself, which passes the setting on to the processes that it starts.
if (process.env.NODE_TEST_CONTEXT !== undefined) {
  delete process.env.NODE_V8_COVERAGE;
  if (!measured.test(process.argv[1] ?? '')) stopCoverage();
}
