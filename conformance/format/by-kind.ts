/**
 * Tables with one entry per kind of a union. A kind without an entry does not compile, and a value of
 * an unknown kind, from a case that was not compiled, throws instead of being passed over.
 */

interface OfKind {
  readonly kind: string;
}

export type ByKind<Item extends OfKind, More extends readonly unknown[], Result> = {
  readonly [Kind in Item['kind']]: (
    item: Extract<Item, { readonly kind: Kind }>,
    ...more: More
  ) => Result;
};

/** @throws {TypeError} if the table has no entry for the kind of `item` */
export function applyByKind<Item extends OfKind, More extends readonly unknown[], Result>(
  table: ByKind<Item, More, Result>,
  item: Item,
  ...more: More
): Result {
  type Entry = (item: Item, ...more: More) => Result;
  return entryOf(table as unknown as Readonly<Record<string, Entry>>, item.kind)(item, ...more);
}

/** @throws {TypeError} if the table has no entry of that name */
export function entryOf<Entry>(table: Readonly<Record<string, Entry>>, kind: string): Entry {
  if (Object.hasOwn(table, kind)) return table[kind]!;
  throw new TypeError(`unknown kind ${kind}: it is none of ${Object.keys(table).join(', ')}`);
}
