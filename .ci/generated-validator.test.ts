/** The validator in the package reports what the schema, compiled in a checkout, reports. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { resultsOf } from '../conformance/results/results.ts';
import {
  generatedFile,
  type SchemaViolation,
  schemaViolations,
} from '../conformance/results/schema-validator.ts';
import { sampleRun } from '../conformance/testing/sample-run.ts';
import { writeGeneratedValidator } from './generated-validator.ts';

interface Validate {
  (value: unknown): boolean;
  readonly errors: readonly SchemaViolation[] | null;
}

test('the generated validator reports the same violations as the compiled schema', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'validator-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeGeneratedValidator(folder);
  const file = join(folder, generatedFile);
  const validate = createRequire(import.meta.url)(file) as Validate;
  assert.match(readFileSync(file, 'utf8'), /The MIT License[\s\S]*Evgeny Poberezkin/);

  const valid = JSON.stringify(resultsOf([await sampleRun()]));
  assert.ok(validate(JSON.parse(valid)));
  let refused = 0;
  for (const damaged of damagedVariants(JSON.parse(valid))) {
    const expected = schemaViolations(damaged);
    validate(damaged);
    assert.deepEqual(validate.errors ?? [], expected);
    if (expected.length > 0) refused += 1;
  }
  assert.ok(refused > 50, `only ${refused} variants were damaged`);
});

/** The document once for each of its values, with that value replaced. */
function* damagedVariants(document: unknown): Generator<unknown> {
  function* replaceIn(holder: Record<string, unknown>): Generator<unknown> {
    for (const [key, value] of Object.entries(holder)) {
      holder[key] = typeof value === 'string' ? 7 : 'replaced';
      yield document;
      holder[key] = value;
      if (typeof value === 'object' && value !== null) {
        yield* replaceIn(value as Record<string, unknown>);
      }
    }
  }
  yield* replaceIn(document as Record<string, unknown>);
}
