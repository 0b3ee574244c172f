/**
 * Validates a value against `results.schema.json`. The package holds the validator as code that the
 * build generates from the schema, so users install no schema compiler; a checkout compiles the
 * schema on first use.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);

/** The part of ajv's error object that messages use. */
export interface SchemaViolation {
  /** A JSON pointer to the value that breaks the schema; empty for the whole document. */
  readonly instancePath: string;
  /** The keyword of the schema that it breaks: `enum`, `required`, … */
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
}

/** A validator in ajv's form: `errors` belong to the last call. */
interface Validator {
  (value: unknown): boolean;
  readonly errors?: readonly SchemaViolation[] | null;
}

/** The build compiles with the same settings. */
export const schemaSettings = { allowUnionTypes: true, strictTypes: false };

export const readSchema = (): object =>
  JSON.parse(readFileSync(new URL('./results.schema.json', import.meta.url), 'utf8'));

/** Beside this module; only the package has it. */
export const generatedFile = 'generated-validator.cjs';

let validator: Validator | undefined;

/** @returns no violations for a valid value */
export function schemaViolations(value: unknown): readonly SchemaViolation[] {
  validator ??= loadValidator();
  return validator(value) ? [] : validator.errors!;
}

function loadValidator(): Validator {
  const generated = fileURLToPath(new URL(generatedFile, import.meta.url));
  if (existsSync(generated)) return require(generated);
  const { Ajv2020 } = require('ajv/dist/2020.js') as typeof import('ajv/dist/2020.js');
  return new Ajv2020(schemaSettings).compile(readSchema());
}
