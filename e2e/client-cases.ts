/** The cases that are for clients alone, by what a browser does with them. */

import { catalogue } from '../conformance/catalogue/catalogue.ts';
import type { Case } from '../conformance/format/case.ts';
import { type Group, groupOf } from '../conformance/run/browser/groups.ts';

/**
 * Without those that wait for a minute and those that ask for limits; `framewright browsers` plays
 * them with `--only slow` and `--limits`.
 */
export function clientCases(group: Group): readonly Case[] {
  return catalogue().filter(
    (testCase) =>
      !testCase.against.includes('server') &&
      !testCase.tags?.some((tag) => tag === 'slow' || tag === 'limits') &&
      groupOf(testCase) === group,
  );
}
