import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { resultsSchema, schemaFile } from './results-schema.ts';
import {
  anything,
  constant,
  integer,
  list,
  number,
  object,
  oneMember,
  oneOf,
  optional,
  type Schema,
  string,
  variants,
} from './schema-of.ts';

test('results.schema.json is the schema that the types prove: npm run schema writes it', () => {
  assert.deepEqual(JSON.parse(readFileSync(schemaFile, 'utf8')), resultsSchema);
});

interface Sample {
  readonly name: string;
  readonly size?: number;
}

type Shape =
  | { readonly kind: 'dot' | 'line'; readonly at: number }
  | { readonly kind: 'text'; readonly words?: string };

test('a schema that differs from its type does not compile', () => {
  // @ts-expect-error a member is missing
  object<Sample>({ name: string() });
  // @ts-expect-error an optional member is required
  object<Sample>({ name: string(), size: number() });
  // @ts-expect-error a required member is optional
  object<Sample>({ name: optional(string()), size: optional(number()) });
  // @ts-expect-error a member has another type
  object<Sample>({ name: string(), size: optional(string()) });
  // @ts-expect-error the type has no such member
  object<Sample>({ name: string(), size: optional(number()), more: string() });
  // @ts-expect-error a value of the union is missing
  const fewer: Schema<'a' | 'b'> = oneOf('a');
  // @ts-expect-error the union has no such value
  const more: Schema<'a'> = oneOf('a', 'b');
  // @ts-expect-error any string is more than one string
  const wider: Schema<'a'> = string();
  // @ts-expect-error a list of other items
  const items: Schema<readonly string[]> = list(integer(0));
  // @ts-expect-error a variant is missing
  variants<Shape, 'kind'>('kind', { dot: { at: number() }, line: { at: number() } });
  variants<Shape, 'kind'>('kind', {
    dot: { at: number() },
    line: { at: number() },
    // @ts-expect-error a variant has another member
    text: { at: number() },
  });
  // @ts-expect-error one of the members is missing
  oneMember<{ readonly a: string } | { readonly b: string }>({ a: string() });
  // @ts-expect-error JSON has no undefined: a member of any type may be missing
  object<{ readonly value: unknown }>({ value: anything });
  assert.ok(fewer && more && wider && items && constant(true));
});

test('each combinator accepts what its type allows, and nothing else', () => {
  const shape = variants<Shape, 'kind'>('kind', {
    dot: { at: number() },
    line: { at: number() },
    text: { words: optional(string()) },
  });
  const either = oneMember<{ readonly a: string } | { readonly b: string }>({
    a: string(),
    b: string(),
  });
  const sample = object<Sample>({ name: string(/^x/), size: optional(integer(1)) });
  for (const [schema, accepted, refused] of [
    [shape, [{ kind: 'dot', at: 1 }, { kind: 'text' }], [{ kind: 'dot' }, { kind: 'box' }, {}]],
    [either, [{ a: '' }, { b: '' }], [{}, { a: '', b: '' }, { c: '' }]],
    [sample, [{ name: 'x' }, { name: 'x', size: 1 }], [{}, { name: 'a' }, { name: 'x', size: 0 }]],
  ] as const) {
    const validate = new Ajv2020({ allowUnionTypes: true, strictTypes: false }).compile(
      schema.json,
    );
    assert.deepEqual(
      accepted.filter((value) => !validate(value)),
      [],
    );
    assert.deepEqual(
      refused.filter((value) => validate(value)),
      [],
    );
  }
});
