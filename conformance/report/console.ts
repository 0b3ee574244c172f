/** Text for a terminal, and for the issue it is pasted into. */
import pc from 'picocolors';
import type { Verdict } from '../judge/judge.ts';
import type { RecordedResult, Run } from '../results/results.ts';
import { forTerminal } from '../untrusted/inert.ts';
import { behaviourInWords } from './behaviour-in-words.ts';
import { causesOf } from './causes.ts';
import { attemptsInWords, explain, factWidth, traceLines } from './explain.ts';
import { sectionTitle } from './section-titles.ts';
import { type SectionSummary, type Summary, summarize, type Totals, verdicts } from './summary.ts';

export interface ConsoleOptions {
  /** Whether to use colours; off by default. */
  readonly colours?: boolean;
  /** Also lists every case with its observation. */
  readonly verbose?: boolean;
}

type Colours = ReturnType<typeof pc.createColors>;

export function renderConsole(runs: readonly Run[], options: ConsoleOptions = {}): string {
  const colours = pc.createColors(options.colours ?? false);
  const rendered = runs.map((run) =>
    new ConsoleReport(run, colours).lines(options.verbose ?? false),
  );
  return `${rendered.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

const titleWidth = 40;

/** `954 of 1399 cases (68 %) apply to this target; the others were skipped:` */
export function shareInWords({ totals: { total, skip } }: Summary): string {
  const apply = total - skip;
  const percent = Math.round((100 * apply) / total);
  return `${apply} of ${total} cases (${percent} %) apply to this target; the others were skipped:`;
}

/** `412 passed, 2 failed`: the verdicts that occur, in their order. */
export function totalsInWords(totals: Totals): string {
  return inWords(totals, (_, words) => words);
}

/** The outcome of a run in a few lines: why it ended early, if it did, and its totals. */
export function outcomeInWords(run: Run): string {
  const summary = summarize(run);
  const outcome = `${totalsInWords(summary.totals)}${unstableInWords(summary.unstable.length)} · ${verdictInWords(summary)}`;
  return [...lossesOf(run), ...whyNotWhole(run, summary), `${run.target.name}: ${outcome}`]
    .map(forTerminal)
    .join('\n');
}

/** `, 2 unstable`; empty if all attempts at each case had the same verdict. */
export function unstableInWords(count: number): string {
  return count > 0 ? `, ${count} unstable` : '';
}

function lossesOf({ losses = [] }: Run): readonly string[] {
  return losses.flatMap(({ reason, cases }) => {
    const [first = '', ...others] = reason.split('\n');
    const by = cases.length > 0 ? `by ${cases.join(', ')}` : 'by no single case';
    return [`The target was lost and came back; ended ${by}: ${first}`, ...others];
  });
}

/** Why a run ended early, or judged no case. */
function whyNotWhole(
  { end, planned, results }: Run,
  { nothingJudged }: Summary,
): readonly string[] {
  if (end.state === 'complete') return nothingJudged ? [nothingJudged] : [];
  if (end.state === 'target lost') {
    const left = planned - results.length;
    const unplayed = left > 0 ? ` (${left} of ${planned} cases not run)` : '';
    return `The target was lost${unplayed}: ${end.reason}`.split('\n');
  }
  return ['Interrupted: cases that did not run are missing here.'];
}

function verdictInWords(summary: Summary): string {
  const { failures, unexpectedPasses, unmatched, exitCode, nothingJudged } = summary;
  if (exitCode === 0) return 'as expected';
  if (nothingJudged) return 'nothing was judged';
  if (exitCode === 2) return 'not everything could be judged';
  return `${failures.length + unexpectedPasses.length + unmatched.length} unexpected`;
}

function inWords(totals: Totals, paint: (verdict: Verdict, words: string) => string): string {
  const shown = verdicts.filter((verdict) => totals[verdict] > 0);
  const words = shown.map((verdict) => paint(verdict, `${totals[verdict]} ${past[verdict]}`));
  return words.join(', ') || 'no cases';
}

const past: Readonly<Record<Verdict, string>> = {
  pass: 'passed',
  fail: 'failed',
  warn: 'warned',
  info: 'informational',
  skip: 'skipped',
  error: 'not judged',
};

const marks: Readonly<Record<Verdict, string>> = {
  pass: '✔',
  fail: '✘',
  warn: '!',
  info: 'i',
  skip: '–',
  error: '?',
};

class ConsoleReport {
  readonly #run: Run;
  readonly #summary: Summary;
  readonly #colours: Colours;
  readonly #paint: Readonly<Record<Verdict, (text: string) => string>>;

  constructor(run: Run, colours: Colours) {
    this.#run = run;
    this.#summary = summarize(run);
    this.#colours = colours;
    this.#paint = {
      pass: colours.green,
      fail: colours.red,
      warn: colours.yellow,
      info: colours.cyan,
      skip: colours.dim,
      error: colours.magenta,
    };
  }

  lines(verbose: boolean): string[] {
    const { errors, unstable, knownFailures, unexpectedPasses } = this.#summary;
    const withVerdict = (verdict: Verdict) =>
      this.#run.results.filter((result) => result.verdict === verdict);
    const known = new Set(knownFailures);
    const broken = [...withVerdict('fail'), ...withVerdict('warn')];
    return [
      ...this.#head(),
      ...this.#sections(verbose),
      ...broken
        .filter((result) => !known.has(result))
        .flatMap((result) => this.#details(result, verbose)),
      ...this.#notJudged(errors),
      ...this.#oneLiners(
        'Unstable: run again alone, with a different verdict',
        unstable,
        attemptsInWords,
      ),
      ...this.#oneLiners('Failing as known', knownFailures, ({ rule }) => rule),
      ...this.#oneLiners('Listed as known failing, and passing', unexpectedPasses, () => ''),
      ...this.#unmatched(),
      ...this.#skips(withVerdict('skip')),
      ...this.#causes(),
      ...this.#foot(),
    ];
  }

  #head(): string[] {
    const { target, framewright, catalogue } = this.#run;
    const name = [target.name, target.version].filter(Boolean).join(' ');
    const where = target.url && target.url !== target.name ? `  ${target.url}` : '';
    const versions = forTerminal(`Framewright ${framewright}, catalogue ${catalogue.version}`);
    return [
      `${this.#colours.bold(forTerminal(name))}${forTerminal(where)}  ${this.#colours.dim(versions)}`,
      this.#colours.dim(forTerminal(capabilitiesInWords(target.capabilities))),
      ...behaviourInWords(target.behaviour).map((line) => this.#colours.dim(forTerminal(line))),
    ];
  }

  #sections(verbose: boolean): string[] {
    let document = '';
    return this.#summary.sections.flatMap((section) => {
      const heading =
        section.document === document
          ? []
          : ['', this.#colours.bold(forTerminal(section.document))];
      document = section.document;
      const cases = verbose ? section.results.map((result) => this.#caseLine(result)) : [];
      return [...heading, this.#sectionLine(section), ...cases];
    });
  }

  #sectionLine({ document, section, totals }: SectionSummary): string {
    const worst = (['fail', 'error', 'warn', 'pass', 'info'] as const).find((v) => totals[v] > 0);
    const verdict = worst ?? 'skip';
    const title = sectionTitle(document, section) ?? '';
    const shown = title.length > titleWidth ? `${title.slice(0, titleWidth - 1)}…` : title;
    const name = `§${forTerminal(section).padEnd(8)}${shown.padEnd(titleWidth)}`;
    return `  ${this.#paint[verdict](marks[verdict])} ${name} ${this.#totals(totals)}`;
  }

  #caseLine({ verdict, id, observed }: RecordedResult): string {
    const seen = this.#colours.dim(forTerminal(observed));
    return `      ${this.#paint[verdict](marks[verdict])} ${forTerminal(id)}  ${seen}`;
  }

  #totals(totals: Totals): string {
    return inWords(totals, (verdict, words) =>
      verdict === 'pass' ? words : this.#paint[verdict](words),
    );
  }

  /** The bytes of a broken SHOULD are shown on request: they would hide those of a MUST. */
  #details(result: RecordedResult, verbose: boolean): string[] {
    const { title, rank, facts, bytes } = explain(result, this.#run);
    const { bold, dim } = this.#colours;
    const shown = verbose || this.#summary.failures.includes(result) ? bytes : undefined;
    const paint = this.#paint[result.verdict];
    const rows = facts.map(([name, words]) => {
      return `    ${dim(name.padEnd(factWidth))}${name === 'observed' ? paint(words) : words}`;
    });
    return [
      '',
      `${paint(`${marks[result.verdict]} ${result.verdict.toUpperCase()}`)}  ${bold(forTerminal(result.id))}  ${dim(rank)}`,
      `    ${title}`,
      '',
      ...rows,
      ...(shown ? ['', ...shown.split('\n').map((line) => (line ? `    ${line}` : ''))] : []),
    ];
  }

  #oneLiners(
    heading: string,
    results: readonly RecordedResult[],
    words: (result: RecordedResult) => string,
  ): string[] {
    if (results.length === 0) return [];
    const lines = results.map((result) =>
      `  ${forTerminal(result.id)}  ${forTerminal(words(result))}`.trimEnd(),
    );
    return ['', this.#colours.bold(heading), ...lines];
  }

  /** A bug of the harness is shown with its stack, which a report of it needs. */
  #notJudged(errors: readonly RecordedResult[]): string[] {
    if (errors.length === 0) return [];
    const lines = errors.flatMap(({ id, observed, stack }) => [
      `  ${forTerminal(id)}  ${forTerminal(observed)}`,
      ...traceLines(stack).map((line) => `    ${this.#colours.dim(line)}`),
    ]);
    return ['', this.#colours.bold('Not judged'), ...lines];
  }

  #unmatched(): string[] {
    const { knownFailing } = this.#run.options;
    return this.#summary.unmatched.flatMap(({ line, pattern }, index) => [
      ...(index === 0 ? ['', this.#colours.bold('Known-failing lines that match no case')] : []),
      forTerminal(`  ${knownFailing?.file}:${line}  ${pattern}`),
    ]);
  }

  #skips(skipped: readonly RecordedResult[]): string[] {
    const reasons = new Map<string, number>();
    for (const { observed } of skipped) reasons.set(observed, (reasons.get(observed) ?? 0) + 1);
    const lines = [...reasons].map(
      ([reason, count]) => `  ${count} skipped: ${forTerminal(reason)}`,
    );
    if (lines.length === 0) return [];
    return [
      '',
      this.#colours.bold(shareInWords(this.#summary)),
      ...lines.map((line) => this.#colours.dim(line)),
    ];
  }

  /** What there is to fix: each cause once, with its number of cases and one to begin with. */
  #causes(): string[] {
    const causes = causesOf(this.#run);
    if (causes.length === 0) return [];
    const widest = Math.max(...causes.map(({ results }) => `${results.length}`.length));
    const lines = causes.flatMap(({ cause, results }) => {
      const [first, ...others] = results;
      const { verdict, id } = results.find((result) => result.verdict === 'fail') ?? first!;
      const { rule, level, document, section, where, seen } = cause;
      const count = `${results.length}`.padStart(widest);
      const rank = `${level.toUpperCase()} · ${document} §${section}`;
      const more = others.length > 0 ? ` and ${others.length} more` : '';
      const { bold, dim } = this.#colours;
      return [
        `  ${this.#paint[verdict](`${marks[verdict]} ${count}`)}  ${bold(forTerminal(rule))}  ${dim(forTerminal(rank))}`,
        `    ${' '.repeat(widest)}  ${forTerminal(`${where}: ${seen}`)}`,
        `    ${' '.repeat(widest)}  ${dim(forTerminal(`${id}${more}`))}`,
      ];
    });
    return ['', this.#colours.bold('Causes, by number of cases'), ...lines];
  }

  #foot(): string[] {
    const { end, duration, planned } = this.#run;
    const { totals, exitCode } = this.#summary;
    const played = totals.total < planned && end.state !== 'complete';
    const of = played ? `${totals.total} of ${planned}` : `${totals.total}`;
    const cases = `${of} ${of === '1' ? 'case' : 'cases'}`;
    const { green, red, magenta } = this.#colours;
    const paint = { 0: green, 1: red, 2: magenta }[exitCode];
    return [
      '',
      ...[...lossesOf(this.#run), ...whyNotWhole(this.#run, this.#summary)].map((line) =>
        magenta(forTerminal(line)),
      ),
      `${cases} in ${(duration / 1000).toFixed(1)} s: ${this.#totals(totals)}${unstableInWords(this.#summary.unstable.length)} · ${paint(verdictInWords(this.#summary))}`,
    ];
  }
}

const capabilityNames: Readonly<Record<string, string>> = {
  echo: 'echoes messages',
  pong: 'answers pings',
  deflate: 'permessage-deflate',
  originPolicy: 'Origin policy',
};

/** `echoes messages: yes · answers pings: yes · …` */
function capabilitiesInWords(capabilities: Run['target']['capabilities']): string {
  const flags = Object.entries(capabilityNames).flatMap(([key, name]) =>
    key in capabilities ? [`${name}: ${capabilities[key] ? 'yes' : 'no'}`] : [],
  );
  const { ending } = capabilities;
  return [...flags, ...(ending ? [`closes with ${ending}`] : [])].join(' · ');
}
