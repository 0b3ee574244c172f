/** The reporters that Framewright has, and the form of those that users bring. */
import type { Run } from '../results/results.ts';

/** A document, or the files of a folder by their paths in it. */
export type Report = string | ReadonlyMap<string, string>;

/** How a report is wanted. */
export interface ReportOptions {
  /**
   * Where it will be written, so that its form can depend on the extension; undefined for standard
   * output.
   */
  readonly path: string | undefined;
  /** Whether to colour text: only for a terminal. */
  readonly colours: boolean;
  /** `--verbose`: every case is listed, also those that pass. */
  readonly verbose: boolean;
}

/**
 * Generates a report from results. A module whose default export has this form is used with
 * `--reporter ./my-reporter.mjs[:path]`, or by the name of its package.
 */
export interface Reporter {
  /** What it writes, in a few words. */
  readonly about?: string;
  /** Where it writes if no path is given. Default: standard output. */
  readonly path?: string;
  /** What it writes at its path: one file, or a folder with the files of a map. Default `file`. */
  readonly writes?: 'file' | 'folder';
  /**
   * Called once, after the run, with a run for each target. An error that it throws is reported;
   * other reports and the results are written nevertheless.
   */
  render(runs: readonly Run[], options: ReportOptions): Report | Promise<Report>;
}

/** The names of the built-in reporters. */
export type ReporterName = 'console' | 'json' | 'html' | 'junit' | 'github' | 'autobahn' | 'badge';

/** Loads the code of a reporter when it renders for the first time. */
function loaded(load: () => Promise<Render>): Reporter['render'] {
  let render: Render | undefined;
  return async (runs, options) => {
    render ??= await load();
    return render(runs, options);
  };
}

type Render = (runs: readonly Run[], options: ReportOptions) => Report;

/** The built-in reporters. */
export const reporters: Readonly<Record<ReporterName, Reporter & { readonly about: string }>> = {
  console: {
    about: 'text for people',
    render: loaded(async () => (await import('./console.ts')).renderConsole),
  },
  json: {
    about: 'results.json, which `framewright report` reads',
    render: loaded(async () => {
      const { formatResults } = await import('../results/results-file.ts');
      const { resultsOf } = await import('../results/results.ts');
      return (runs) => formatResults(resultsOf(runs));
    }),
  },
  html: {
    about: 'one page: a matrix of cases and targets, with every byte',
    path: 'report.html',
    render: loaded(async () => (await import('./html.ts')).renderHtml),
  },
  junit: {
    about: 'JUnit XML',
    render: loaded(async () => (await import('./junit.ts')).renderJunit),
  },
  github: {
    about: 'annotations for GitHub Actions',
    render: loaded(async () => (await import('./github.ts')).renderGithub),
  },
  autobahn: {
    about: "a folder with Autobahn's index.json",
    path: 'reports/servers',
    writes: 'folder',
    render: loaded(async () => (await import('./autobahn.ts')).renderAutobahn),
  },
  badge: {
    about: 'SVG, or shields.io JSON if the path ends in .json',
    path: 'websocket-conformance.svg',
    render: loaded(async () => {
      const { renderBadgeJson, renderBadgeSvg } = await import('./badge.ts');
      return (runs, { path }) =>
        path?.endsWith('.json') ? renderBadgeJson(runs) : renderBadgeSvg(runs);
    }),
  },
};

export function builtInReporter(name: string): Reporter | undefined {
  return Object.hasOwn(reporters, name) ? reporters[name as ReporterName] : undefined;
}

/**
 * Renders a report of runs, by a built-in reporter or one of your own.
 * @param options - default: for standard output, without colours, not verbose
 * @throws {TypeError} if the reporter returns something other than a report
 */
export async function renderReport(
  reporter: ReporterName | Reporter,
  runs: readonly Run[],
  options: Partial<ReportOptions> = {},
): Promise<Report> {
  const { path, colours = false, verbose = false } = options;
  const chosen: Reporter = typeof reporter === 'string' ? reporters[reporter] : reporter;
  const report: unknown = await chosen.render(runs, { path, colours, verbose });
  if (isReport(report)) return report;
  throw new TypeError(
    'a report has to be a string, or a Map of file names to strings; ' +
      `this reporter returned ${report === null ? 'null' : typeof report}`,
  );
}

const isReport = (report: unknown): report is Report =>
  typeof report === 'string' ||
  (report instanceof Map &&
    [...report].every((entry) => entry.every((part) => typeof part === 'string')));
