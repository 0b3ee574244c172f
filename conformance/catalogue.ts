/** All cases. Its version changes with every case that is added, corrected or re-levelled. */
import type { Case, Section, Volume } from './case.ts';
import { fragmentation } from './cases/rfc6455/5.4-fragmentation.ts';

export const catalogueVersion = '0.1.0';

/** In the order of the documents; a report groups by them. */
export const sections: readonly Section[] = [fragmentation];

export function catalogue(volume: Volume = 'default'): readonly Case[] {
  return sections.flatMap(({ document, at, cases }) =>
    (typeof cases === 'function' ? cases(volume) : cases).map((testCase) => ({
      document,
      section: at,
      ...testCase,
    })),
  );
}
