import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bundle, bundledScript } from './bundle.ts';

test('the script of the report is a single module without imports', () => {
  const script = bundle('report');
  assert.doesNotMatch(script, /^(?:import|export) |\bimport\(/m);
  // Names that two modules declare would be a syntax error.
  const AsyncFunction = (async () => {}).constructor as new (body: string) => unknown;
  assert.doesNotThrow(() => new AsyncFunction(script));
  assert.equal(bundledScript('report'), script);
});

test('a page without a script is an error that names it', () => {
  assert.throws(() => bundle('no-such-page'), /no-such-page\/main/);
});
