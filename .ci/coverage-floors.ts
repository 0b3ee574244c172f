/** How much of each folder the unit tests have to run, and which files fall short of it. */

/** Of one file: how often each branch was taken, and the line on which it begins. */
export interface FileBranches {
  /** Relative to the root of the repository, with slashes: `conformance/wire/wire.ts`. */
  readonly file: string;
  readonly branches: readonly { readonly line: number; readonly taken: number }[];
}

export interface Floor {
  /** Without a slash at the end. */
  readonly folder: string;
  /** The least share of branches that has to be taken, in percent. */
  readonly percent: number;
}

export const floors: readonly Floor[] = [
  { folder: 'server/protocol', percent: 100 },
  { folder: 'conformance/wire', percent: 100 },
  { folder: 'conformance/judge', percent: 100 },
  { folder: 'conformance', percent: 85 },
];

export interface FolderCoverage extends Floor {
  readonly taken: number;
  readonly total: number;
  readonly isBelow: boolean;
  /** `conformance/wire/wire.ts:79`, for each branch that was not taken; only if the floor is 100. */
  readonly missing: readonly string[];
}

export function coverageOf(
  { folder, percent }: Floor,
  files: readonly FileBranches[],
): FolderCoverage {
  const inFolder = files.filter(({ file }) => file.startsWith(`${folder}/`));
  const all = inFolder.flatMap(({ file, branches }) =>
    branches.map(({ line, taken }) => ({ place: `${file}:${line}`, taken })),
  );
  const missing = all.filter(({ taken }) => taken === 0).map(({ place }) => place);
  const taken = all.length - missing.length;
  return {
    folder,
    percent,
    taken,
    total: all.length,
    // A folder without branches is one that was renamed: its floor would hold for nothing.
    isBelow: all.length === 0 || taken * 100 < percent * all.length,
    missing: percent === 100 ? missing : [],
  };
}

/** `conformance/wire  98.7 % of 540 branches, at least 100 %: too few` */
export function describe({ folder, percent, taken, total, isBelow }: FolderCoverage): string {
  // Rounded down, so that 100 means all of them.
  const share = total === 0 ? 0 : Math.floor((taken * 1000) / total) / 10;
  const words = `${folder}  ${share} % of ${total} branches, at least ${percent} %`;
  return isBelow ? `${words}: too few` : words;
}
