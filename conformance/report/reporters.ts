/** The reports there are: each a pure function of results, loaded when it is asked for. */
import type { Run } from '../results/results.ts';

/** One document, or the files of a folder by name. */
export type Report = string | ReadonlyMap<string, string>;

interface ReportOptions {
  /** Where it is going to stand; some reports have a form per ending. */
  readonly path: string | undefined;
  readonly colours: boolean;
  readonly verbose: boolean;
}

type Render = (runs: readonly Run[], options: ReportOptions) => Report;

export interface Reporter {
  /** What it is, for `--help`. */
  readonly about: string;
  /** Where it goes when no path is given; undefined for standard output. */
  readonly path?: string;
  readonly load: () => Promise<Render>;
}

export const reporters: Readonly<Record<string, Reporter>> = {
  console: {
    about: 'text for people',
    load: async () => (await import('./console.ts')).renderConsole,
  },
  json: {
    about: 'results.json, which `framewright report` reads',
    load: async () => {
      const { formatResults } = await import('../results/results-file.ts');
      const { resultsOf } = await import('../results/results.ts');
      return (runs) => formatResults(resultsOf(runs));
    },
  },
  html: {
    about: 'one page: a matrix of cases and targets, with every byte',
    path: 'report.html',
    load: async () => (await import('./html.ts')).renderHtml,
  },
  junit: {
    about: 'JUnit XML',
    load: async () => (await import('./junit.ts')).renderJunit,
  },
  github: {
    about: 'annotations for GitHub Actions',
    load: async () => (await import('./github.ts')).renderGithub,
  },
  autobahn: {
    about: "a folder with Autobahn's index.json",
    path: 'reports/servers',
    load: async () => (await import('./autobahn.ts')).renderAutobahn,
  },
  badge: {
    about: 'SVG, or shields.io JSON where the path ends in .json',
    path: 'websocket-conformance.svg',
    load: async () => {
      const { renderBadgeJson, renderBadgeSvg } = await import('./badge.ts');
      return (runs, { path }) =>
        path?.endsWith('.json') ? renderBadgeJson(runs) : renderBadgeSvg(runs);
    },
  },
};
