/**
 * The content of the HTML report as plain data: an overview that is small enough for a thousand cases
 * by thirty targets, and the conversations of each case, which the page decompresses one at a time.
 * Every text is inert (untrusted/inert.ts), so that all characters are visible.
 */

import type { Verdict } from '../judge/judge.ts';
import type { RecordedAttempt, RecordedResult, Run } from '../results/results.ts';
import { loadTimeline, type StoredTimeline } from '../results/stored-timeline.ts';
import { forTerminal } from '../untrusted/inert.ts';
import { type BlockOutline, outline } from '../wire/dissect.ts';
import { escapeBytes } from '../wire/printable.ts';
import { bytesFrom, type Side } from '../wire/timeline.ts';
import { type CauseGroup, causesOf } from './causes.ts';
import { conversationTitles, shownConversation } from './conversation-titles.ts';
import { attemptsInWords, placeholderNote } from './explain.ts';
import type {
  Detail,
  Overview,
  ReportBlock,
  ReportCase,
  ReportCause,
  ReportConversation,
  ReportField,
  ReportMark,
  ReportTarget,
} from './html-shape.ts';
import { replayCommand } from './replay-command.ts';
import { sectionLink } from './section-link.ts';
import { sectionTitle } from './section-titles.ts';
import { bySection, summarize } from './summary.ts';

/** In bytes: enough to fill a screen for a failure, a glimpse otherwise. */
const bytesShown = { broken: 128, kept: 32 };

/** Of one line of a head, in characters. */
const charactersShown = 400;

/** Blocks of a long conversation, at its beginning, around its mark and at its end. */
const blocksKept = 16;

export function overviewOf(runs: readonly Run[]): Overview {
  const cells = runs.map(cellsOf);
  const grouped = bySection(unionOf(runs));
  const keys = keysOf(runs);
  return {
    targets: runs.map((run, index) => targetOf(run, keys[index]!)),
    sections: grouped.map(({ document, section }) => ({
      document: forTerminal(document),
      section: forTerminal(section),
      title: sectionTitle(document, section) ?? '',
      link: sectionLink(`${document} §${section}`),
    })),
    cases: grouped.flatMap(({ results }, section) =>
      results.map(
        (result): ReportCase => ({
          id: forTerminal(result.id),
          title: forTerminal(result.title),
          level: result.level,
          section,
          requirement: forTerminal(result.requirement),
          tags: (result.tags ?? []).map(forTerminal),
          autobahn: (result.autobahn ?? []).map(forTerminal),
          rules: rulesOf(result.id, cells),
          cells: cells.map((cell) => cell.get(result.id)?.letter ?? '-').join(''),
        }),
      ),
    ),
  };
}

/** Per target, in the order of `runs`; null if the case was not run. */
export function detailsOf(id: string, runs: readonly IndexedRun[]): (Detail | null)[] {
  return runs.map(({ run, results }) => {
    const result = results.get(id);
    return result ? detailOf(result, run) : null;
  });
}

export interface IndexedRun {
  readonly run: Run;
  readonly results: ReadonlyMap<string, RecordedResult>;
}

export function indexById(run: Run): IndexedRun {
  return { run, results: new Map(run.results.map((result) => [result.id, result])) };
}

function detailOf(result: RecordedResult, run: Run): Detail {
  const reference = result.reference ?? `${result.document} §${result.section}`;
  const { rule, expected, observed, duration, verdict, otherAttempts = [] } = result;
  const attempts = otherAttempts.flatMap((attempt, index) =>
    attempt.verdict === verdict
      ? []
      : conversationsOf(attempt, `attempt ${index + 1}, ${attempt.verdict}: `),
  );
  return {
    rule: forTerminal(rule),
    expected: forTerminal(expected),
    observed: forTerminal(result.unstable ? `${observed} (${attemptsInWords(result)})` : observed),
    reference: forTerminal(reference),
    link: sectionLink(reference),
    duration,
    replay: optional(replayCommand(result.id, run)),
    level: (result.cause ?? result).level,
    requirement: forTerminal((result.cause ?? result).requirement),
    conversations: [...conversationsOf(result), ...attempts],
  };
}

/** @param attempt a prefix for the titles of an attempt that did not decide */
function conversationsOf(
  { conversations, verdict, rule, at }: RecordedAttempt,
  attempt?: string,
): ReportConversation[] {
  const titles = conversationTitles(conversations);
  const shown = attempt === undefined ? shownConversation(conversations, rule) : -1;
  return conversations.map(({ name, timeline }, index) => {
    const isBroken = verdict === 'fail' || verdict === 'warn';
    const mark = name === 'main' && isBroken ? at : undefined;
    return {
      title: `${attempt ?? ''}${titles[index]}`,
      isShown: index === shown,
      at: mark,
      rule: forTerminal(rule),
      leftOut: timeline.leftOut,
      ...blocksOf(timeline, isBroken && name === 'main', mark),
    };
  });
}

function blocksOf(
  stored: StoredTimeline,
  isBroken: boolean,
  at: ReportMark | undefined,
): Pick<ReportConversation, 'blocks' | 'unreadable'> {
  try {
    const timeline = loadTimeline(stored);
    const blocks = outline(timeline, isBroken ? bytesShown.broken : bytesShown.kept);
    const streams = {
      client: bytesFrom(timeline, 'client'),
      server: bytesFrom(timeline, 'server'),
    };
    const shown = abridged(blocks, at).map((block) => shownBlock(block, streams));
    return { blocks: shown, unreadable: undefined };
  } catch (error) {
    return { blocks: undefined, unreadable: forTerminal((error as Error).message) };
  }
}

/** The beginning, the blocks around the mark, and the end, with the number of those between. */
function abridged(blocks: readonly BlockOutline[], mark: ReportMark | undefined): ReportBlock[] {
  if (blocks.length <= 4 * blocksKept) return blocks.map((each) => each.block());
  const marked = blocks.findIndex(
    ({ from, offset, length }) =>
      mark && from === mark.from && mark.offset >= offset && mark.offset < offset + length,
  );
  const kept: ReportBlock[] = [];
  let missing = 0;
  blocks.forEach((each, index) => {
    const isNearMark = marked >= 0 && Math.abs(index - marked) <= blocksKept / 2;
    if (index >= blocksKept && index < blocks.length - blocksKept && !isNearMark) missing += 1;
    else {
      if (missing > 0) kept.push(gap(missing, each.at));
      missing = 0;
      kept.push(each.block());
    }
  });
  return kept;
}

function gap(missing: number, at: number): ReportBlock {
  const title = `${missing.toLocaleString('en')} more frames and events`;
  return { kind: 'gap', from: undefined, at, offset: 0, length: 0, title, fields: [], remarks: [] };
}

function shownBlock(block: ReportBlock, streams: Record<Side, Uint8Array>): ReportBlock {
  const { kind, from } = block;
  return {
    ...block,
    title: forTerminal(block.title),
    remarks: block.remarks.map(forTerminal),
    fields: block.fields.map((field) =>
      kind === 'head' && from
        ? { ...field, name: '', hex: '', meaning: lineText(field, streams[from]) }
        : { ...field, meaning: forTerminal(field.meaning) },
    ),
  };
}

function lineText({ offset, length }: ReportField, stream: Uint8Array): string {
  const shown = Math.min(length, charactersShown);
  const more = length > shown ? `… ${(length - shown).toLocaleString('en')} more bytes` : '';
  return escapeBytes(stream.subarray(offset, offset + shown)).replaceAll('\\"', '"') + more;
}

function causeShown({ cause, results }: CauseGroup): ReportCause {
  const reference = `${cause.document} §${cause.section}`;
  return {
    rule: forTerminal(cause.rule),
    level: cause.level,
    reference: forTerminal(reference),
    link: sectionLink(reference),
    seen: forTerminal(`${cause.where}: ${cause.seen}`),
    cases: results.map(({ id }) => forTerminal(id)),
  };
}

function targetOf(run: Run, key: string): ReportTarget {
  const { target, framewright, catalogue, startedAt, platform, options } = run;
  const { totals, byLevel, unstable } = summarize(run);
  const facts: readonly (readonly [name: string, words: string | undefined])[] = [
    ['role', target.role],
    ['address', target.url],
    ['command', target.command?.join(' ')],
    ['redacted', /\*\*\*/.test(`${target.url} ${target.command}`) ? placeholderNote : undefined],
    ['run', `${startedAt.slice(0, 16).replace('T', ' ')} UTC on ${platform}`],
    ['by', `Framewright ${framewright}, catalogue ${catalogue.version} (${catalogue.volume})`],
    ['can', capabilityWords(target.capabilities)],
    ['seed', options.seed],
    ['unstable', unstable.map(({ id }) => id).join(', ')],
    ['lost and back', run.losses?.map(({ reason }) => reason.split('\n')[0]).join('; ')],
    ['known failing', options.knownFailing?.file],
  ];
  return {
    key,
    name: forTerminal(target.name),
    version: forTerminal(target.version ?? ''),
    facts: facts.flatMap(([name, words]) => (words ? [[name, forTerminal(words)] as const] : [])),
    totals,
    byLevel,
    causes: causesOf(run).map(causeShown),
    shortfall: optional(shortfallOf(run)),
  };
}

function shortfallOf({ end, planned, results }: Run): string | undefined {
  const played = `${results.length} of ${planned} cases were run`;
  if (end.state === 'interrupted') return `interrupted: ${played}`;
  if (end.state === 'target lost') return `the target was lost, ${played}: ${end.reason}`;
  return undefined;
}

function capabilityWords(capabilities: Run['target']['capabilities']): string {
  const able = Object.entries(capabilities).filter(([, value]) => value === true);
  const lacking = Object.entries(capabilities).filter(([, value]) => value === false);
  const names = (list: [string, unknown][]) => list.map(([name]) => name).join(', ');
  return lacking.length === 0 ? names(able) : `${names(able)}; not ${names(lacking)}`;
}

interface Cell {
  readonly letter: string;
  readonly rule: string | undefined;
}

const letters: Readonly<Record<Verdict, string>> = {
  pass: 'p',
  fail: 'f',
  warn: 'w',
  info: 'i',
  skip: 's',
  error: 'e',
};

/** By case id. */
function cellsOf(run: Run): Map<string, Cell> {
  const { knownFailures, unexpectedPasses } = summarize(run);
  const listed = new Set([...knownFailures, ...unexpectedPasses].map(({ id }) => id));
  return new Map(
    run.results.map(({ id, verdict, rule }) => {
      const letter = letters[verdict];
      return [
        id,
        {
          letter: listed.has(id) ? letter.toUpperCase() : letter,
          rule: verdict === 'fail' || verdict === 'warn' ? forTerminal(rule) : undefined,
        },
      ];
    }),
  );
}

function rulesOf(id: string, cells: readonly ReadonlyMap<string, Cell>[]): string[] {
  const rules = cells.flatMap((cell) => cell.get(id)?.rule ?? []);
  return [...new Set(rules)].toSorted();
}

/** Every case of any run, in order of first appearance. */
function unionOf(runs: readonly Run[]): RecordedResult[] {
  const union = new Map<string, RecordedResult>();
  for (const { results } of runs) for (const result of results) union.set(result.id, result);
  return [...union.values()];
}

/** Names usable in an address; equal ones are numbered. */
function keysOf(runs: readonly Run[]): string[] {
  const taken = new Set<string>();
  return runs.map(({ target: { name, version } }) => {
    const slug = (text: string) =>
      text
        .toLowerCase()
        .replaceAll(/[^a-z0-9.]+/g, '-')
        .replaceAll(/^-+|-+$/g, '');
    const base = slug(name) || 'target';
    const versioned = slug(`${name}-${version ?? ''}`) || base;
    const numbered = runs.map((_, index) => `${versioned}-${index + 2}`);
    const key = [base, versioned, ...numbered].find((candidate) => !taken.has(candidate))!;
    taken.add(key);
    return key;
  });
}

const optional = (text: string | undefined) => (text === undefined ? undefined : forTerminal(text));
