/** Reads `results.json` and says, where it is not what it should be, what is wrong and where. */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { decodeText } from './read-text.ts';
import { type Results, resultsFormat, resultsVersion } from './results.ts';

/** The file cannot be read, or it is not what it says; the message names file and place. */
export class ResultsFileError extends Error {
  override readonly name = 'ResultsFileError';
}

/** @throws {ResultsFileError} */
export async function readResults(path: string): Promise<Results> {
  let content: string;
  try {
    content = decodeText(await readFile(path));
  } catch (error) {
    throw new ResultsFileError(`cannot read ${path}: ${(error as Error).message}`);
  }
  return parseResults(content, path);
}

/** @throws {ResultsFileError} */
export function parseResults(content: string, name: string): Results {
  if (content.trim() === '') throw new ResultsFileError(`${name} is empty`);
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    throw new ResultsFileError(`${name} is not JSON: ${(error as Error).message}`);
  }
  const { format, version } = (value ?? {}) as { format?: unknown; version?: unknown };
  if (format !== resultsFormat) {
    throw new ResultsFileError(`${name} holds no Framewright results ("format" is missing)`);
  }
  if (version !== resultsVersion) {
    throw new ResultsFileError(
      `${name} has version ${JSON.stringify(version)}; this Framewright reads version ${resultsVersion}`,
    );
  }
  const validate = new Ajv2020({ allowUnionTypes: true, strictTypes: false }).compile<Results>(
    JSON.parse(readFileSync(new URL('../results.schema.json', import.meta.url), 'utf8')),
  );
  if (validate(value)) return value;
  const error = mostSpecific(validate.errors!);
  throw new ResultsFileError(
    `${name} is damaged at ${error.instancePath || '/'}: ${sentence(error)}`,
  );
}

/** `if` and `allOf` report themselves beside the error inside of them. */
function mostSpecific(errors: readonly ErrorObject[]): ErrorObject {
  return errors.find(({ keyword }) => keyword !== 'if') ?? errors[0]!;
}

function sentence({ keyword, message, params }: ErrorObject): string {
  if (keyword === 'enum') return `${message}: ${(params.allowedValues as unknown[]).join(', ')}`;
  if (keyword === 'const') return `must be ${JSON.stringify(params.allowedValue)}`;
  return message ?? `breaks "${keyword}"`;
}
