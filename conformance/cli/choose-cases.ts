/** The cases that the options select. */

import { catalogue } from '../catalogue/catalogue.ts';
import { selectorOf } from '../catalogue/select.ts';
import type { Case } from '../format/case.ts';
import type { Role } from '../format/role.ts';
import { CannotRun } from './cannot-run.ts';
import type { FilterFlags, SelectionFlags } from './options.ts';

/**
 * Cases that stress a target are selected on request: by `--limits`, by their tag, or by their id;
 * those that take a minute, by their tag `slow` or their id.
 * @throws {CannotRun} when no case is left
 */
export function chooseCases(flags: SelectionFlags, role: Role): readonly Case[] {
  const { only, limits } = flags;
  const isAskedFor = ({ id, tags = [] }: Case) =>
    only.includes(id) ||
    ((limits || !tags.includes('limits') || only.includes('limits')) &&
      (!tags.includes('slow') || only.includes('slow')));
  const chosen = casesMeant(flags, role).filter(isAskedFor);
  if (chosen.length > 0) return chosen;
  throw new CannotRun('no cases selected: the matching ones run only with --limits or --only slow');
}

/**
 * The cases that `--only` and `--skip` leave, including those that run only on request.
 * @throws {CannotRun} when no case is left
 */
export function casesMeant({ only, skip, volume }: FilterFlags, role?: Role): readonly Case[] {
  const all = catalogue(volume).filter(({ against }) => !role || against.includes(role));
  const isMeant = only.length > 0 ? selectorOf(only, all) : () => true;
  const isSkipped = skip.length > 0 ? selectorOf(skip, all) : () => false;
  const meant = all.filter((testCase) => isMeant(testCase) && !isSkipped(testCase));
  if (meant.length > 0) return meant;
  throw new CannotRun('no cases selected: --skip excludes all of them');
}
