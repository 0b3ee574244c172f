/** The cases only for clients, grouped by what a browser does in them. */

import { catalogue } from '../conformance/catalogue/catalogue.ts';
import type { Case } from '../conformance/format/case.ts';
import { type Group, groupOf } from '../conformance/run/browser/groups.ts';

/**
 * Without slow cases and those that need limits; `framewright browsers` runs them with `--only slow`
 * and `--limits`.
 */
export function clientCases(group: Group): readonly Case[] {
  return catalogue().filter(
    (testCase) =>
      !testCase.against.includes('server') &&
      !testCase.tags?.some((tag) => tag === 'slow' || tag === 'limits') &&
      groupOf(testCase) === group,
  );
}
