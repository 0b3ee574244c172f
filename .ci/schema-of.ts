/**
 * JSON Schemas that the compiler proves equal to types: `Schema<T>` describes the JSON of T and of
 * nothing else. A property that is missing, superfluous, of another type, or required in one and
 * optional in the other, does not compile.
 */

export interface Schema<T> {
  readonly json: object;
  /** Never there. It makes `Schema<'a'>` and `Schema<'a' | 'b'>` different types, both ways. */
  readonly type?: (value: T) => T;
}

export interface Optional<T> {
  readonly optional: Schema<T>;
}

/** Members of any type may be left out: JSON has no `undefined`. */
type Property<T, Key extends keyof T> = unknown extends T[Key]
  ? Optional<unknown>
  : object extends Pick<T, Key>
    ? Optional<Exclude<T[Key], undefined>>
    : Schema<T[Key]>;

type Properties<T> = { readonly [Key in keyof T]-?: Property<T, Key> };

export const optional = <T>(schema: Schema<T>): Optional<T> => ({ optional: schema });

export const described = <T>(description: string, { json }: Schema<T>): Schema<T> => ({
  json: { description, ...json },
});

export const anything: Schema<unknown> = { json: {} };
export const boolean: Schema<boolean> = { json: { type: 'boolean' } };

export const string = (pattern?: RegExp, maxLength?: number): Schema<string> => ({
  json: {
    type: 'string',
    ...(pattern && { pattern: pattern.source }),
    ...(maxLength !== undefined && { maxLength }),
  },
});

export const number = (limits: object = {}): Schema<number> => ({
  json: { type: 'number', ...limits },
});

export const integer = (minimum: number): Schema<number> => ({
  json: { type: 'integer', minimum },
});

export const constant = <const T extends string | number | boolean>(value: T): Schema<T> => ({
  json: { const: value },
});

export const oneOf = <const T extends readonly string[]>(...values: T): Schema<T[number]> => ({
  json: { enum: values },
});

export const list = <T>(items: Schema<T>): Schema<readonly T[]> => ({
  json: { type: 'array', items: items.json },
});

/** A number, or two of them. */
export const numberOrPair: Schema<number | readonly [number, number]> = {
  json: {
    type: ['integer', 'array'],
    minimum: 0,
    items: { type: 'integer', minimum: 0 },
    minItems: 2,
    maxItems: 2,
  },
};

export function object<T extends object>(properties: Properties<T>): Schema<T> {
  return { json: { type: 'object', ...members(properties) } };
}

/** With further members of one type, under any name. */
export function openObject<T extends object, More>(
  properties: Properties<T>,
  more: Schema<More>,
): Schema<T & Readonly<Record<string, More>>> {
  const additionalProperties = more.json;
  return { json: { type: 'object', ...members(properties), additionalProperties } };
}

export const booleanOrString: Schema<boolean | string> = { json: { type: ['boolean', 'string'] } };

type KeyOfUnion<T> = T extends unknown ? keyof T : never;

/** A union of objects that have one member each. */
export function oneMember<T extends object>(
  properties: {
    readonly [Key in KeyOfUnion<T>]: Schema<
      T extends Readonly<Record<Key, infer Value>> ? Value : never
    >;
  },
): Schema<T> {
  const json = { ...members(properties), required: undefined };
  const { required: _, ...rest } = json;
  const only = { minProperties: 1, maxProperties: 1, additionalProperties: false };
  return { json: { type: 'object', ...rest, ...only } };
}

/** The members of a union whose discriminator may have that value. */
type Variant<T, Key extends keyof T, Value> = T extends unknown
  ? Value extends T[Key]
    ? T
    : never
  : never;

type OtherProperties<T, Key extends PropertyKey> = Properties<
  T extends unknown ? Omit<T, Key> : never
>;

/** A union of objects that one member distinguishes; it needs a schema for each value of that member. */
export function variants<T extends object, Key extends keyof T & string>(
  key: Key,
  arms: {
    readonly [Value in T[Key] & string]: OtherProperties<Variant<T, Key, Value>, Key>;
  },
): Schema<T> {
  const values = Object.keys(arms);
  const allOf = Object.entries<object>(arms).flatMap(([value, properties]) =>
    Object.keys(properties).length === 0
      ? []
      : [
          {
            if: { properties: { [key]: { const: value } } },
            // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
            then: members(properties as Readonly<Record<string, Schema<unknown>>>),
          },
        ],
  );
  const properties = { [key]: { enum: values } };
  return { json: { type: 'object', required: [key], properties, allOf } };
}

function members(given: object): { required?: readonly string[]; properties: object } {
  const entries = Object.entries(
    given as Readonly<Record<string, Schema<unknown> | Optional<unknown>>>,
  );
  const required = entries.filter(([, property]) => 'json' in property).map(([name]) => name);
  const properties = Object.fromEntries(
    entries.map(([name, property]) => [
      name,
      ('json' in property ? property : property.optional).json,
    ]),
  );
  return { ...(required.length > 0 && { required }), properties };
}
