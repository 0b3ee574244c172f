/**
 * Imported first by every process of `npm run test:coverage`: the programs that tests start record
 * nothing, as most of them run the built package, and recording would slow all of them down.
 */

// Unset in the runner itself, which passes the setting on to the processes of the tests.
if (process.env.NODE_TEST_CONTEXT !== undefined) delete process.env.NODE_V8_COVERAGE;
