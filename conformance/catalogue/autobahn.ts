/** The case ids of Autobahn|Testsuite 25.10, to which Framewright's cases are mapped. */

/** How many cases each group has; they are numbered from 1. Groups 8 and 11 do not exist. */
const groups: Readonly<Record<string, number>> = {
  '1.1': 8,
  '1.2': 8,
  '2': 11,
  '3': 7,
  '4.1': 5,
  '4.2': 5,
  '5': 20,
  '6.1': 3,
  '6.2': 4,
  '6.3': 2,
  '6.4': 4,
  '6.5': 5,
  '6.6': 11,
  '6.7': 4,
  '6.8': 2,
  '6.9': 4,
  '6.10': 3,
  '6.11': 5,
  '6.12': 8,
  '6.13': 5,
  '6.14': 10,
  '6.15': 1,
  '6.16': 3,
  '6.17': 5,
  '6.18': 5,
  '6.19': 5,
  '6.20': 7,
  '6.21': 8,
  '6.22': 34,
  '6.23': 7,
  '7.1': 6,
  '7.3': 6,
  '7.5': 1,
  '7.7': 13,
  '7.9': 9,
  '7.13': 2,
  '9.1': 6,
  '9.2': 6,
  '9.3': 9,
  '9.4': 9,
  '9.5': 6,
  '9.6': 6,
  '9.7': 6,
  '9.8': 6,
  '10.1': 1,
  ...Object.fromEntries([1, 2, 3, 4, 5].map((set) => [`12.${set}`, 18])),
  ...Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((set) => [`13.${set}`, 18])),
};

/** All 517, in Autobahn's order: `1.1.1`, …, `13.7.18`. */
export const autobahnIds: readonly string[] = Object.entries(groups)
  .toSorted(([one], [other]) => byNumbers(one, other))
  .flatMap(([group, count]) =>
    Array.from({ length: count }, (_, index) => `${group}.${index + 1}`),
  );

/** Integer-like keys come first in an object, so its own order is not Autobahn's. */
function byNumbers(one: string, other: string): number {
  const [a = [], b = []] = [one, other].map((id) => id.split('.').map(Number));
  return a[0]! - b[0]! || (a[1] ?? 0) - (b[1] ?? 0);
}
