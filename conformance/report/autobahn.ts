/**
 * The files that Autobahn's fuzzing client writes, for scripts that read those: `index.json` and one
 * file per case. We may have several verdicts for one of its ids; the worst one counts.
 */

import { sideOf } from '../format/role.ts';
import type { RecordedResult, Run } from '../results/results.ts';
import { mainConversation } from '../results/stored-conversations.ts';
import { loadTimeline } from '../results/stored-timeline.ts';
import { forFileName, forJson } from '../untrusted/inert.ts';
import { readConversation } from '../wire/conversation.ts';
import type { Side } from '../wire/timeline.ts';
import { type Closing, closingOf } from './autobahn-closing.ts';

type Behavior = 'OK' | 'NON-STRICT' | 'INFORMATIONAL' | 'UNIMPLEMENTED' | 'FAILED';
type BehaviorClose = Behavior | Closing;

interface IndexEntry {
  readonly behavior: Behavior;
  readonly behaviorClose: BehaviorClose;
  /** In milliseconds. */
  readonly duration: number;
  readonly remoteCloseCode: number | null;
  readonly reportfile: string;
}

/** From best to worst. */
const behaviors: readonly Behavior[] = [
  'OK',
  'INFORMATIONAL',
  'NON-STRICT',
  'UNIMPLEMENTED',
  'FAILED',
];

const behaviorOf: Readonly<Record<string, Behavior>> = {
  pass: 'OK',
  info: 'INFORMATIONAL',
  warn: 'NON-STRICT',
  skip: 'UNIMPLEMENTED',
  fail: 'FAILED',
};

/** @returns contents by file name; without cases that could not be judged, as Autobahn has no word for that */
export function renderAutobahn(runs: readonly Run[]): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  // Without a prototype: an agent may be called __proto__.
  const index: Record<string, Record<string, IndexEntry>> = Object.create(null);
  const fileNames = new Set<string>();
  for (const run of runs) {
    const agent = agentOf(run, index);
    const fileName = fileNameOf(agent, fileNames);
    const entries: Record<string, IndexEntry> = Object.create(null);
    index[agent] = entries;
    for (const [id, results] of byAutobahnId(run)) {
      const reportfile = reportFileOf(fileName, id, files);
      const worst = worstOf(results);
      const entry = { ...entryOf(id, worst, sideOf(run.target.role)), reportfile };
      entries[id] = entry;
      files.set(reportfile, json(caseFile(id, agent, run, entry, worst, results)));
    }
  }
  return new Map([['index.json', json(index)], ...files]);
}

/** Autobahn identifies an agent by its name; targets of the same name get different ones. */
function agentOf({ target }: Run, index: Record<string, unknown>): string {
  const name = [target.name, target.version].filter(Boolean).join(' ');
  let agent = name;
  for (let nth = 2; Object.hasOwn(index, agent); nth += 1) agent = `${name} (${nth})`;
  return agent;
}

/** What file systems accept; names that become equal get different ones. */
function fileNameOf(agent: string, taken: Set<string>): string {
  const plain = agent
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .slice(0, 100);
  let name = plain;
  for (let nth = 2; taken.has(name); nth += 1) name = `${plain}_${nth}`;
  taken.add(name);
  return name;
}

/** Autobahn's ids are numbers and dots; a results file may contain anything. */
function reportFileOf(agent: string, id: string, taken: ReadonlyMap<string, unknown>): string {
  const plain = `${agent}_case_${forFileName(id).replaceAll('.', '_')}`;
  let name = `${plain}.json`;
  for (let nth = 2; taken.has(name); nth += 1) name = `${plain}_${nth}.json`;
  return name;
}

const json = (value: unknown) => `${forJson(value, 3)}\n`;

function byAutobahnId({ results }: Run): [id: string, results: RecordedResult[]][] {
  const byId = new Map<string, RecordedResult[]>();
  for (const result of results) {
    if (result.verdict === 'error') continue;
    for (const id of result.autobahn ?? []) {
      const known = byId.get(id);
      if (known) known.push(result);
      else byId.set(id, [result]);
    }
  }
  return [...byId].toSorted(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
}

function worstOf(results: readonly RecordedResult[]): RecordedResult {
  const rank = ({ verdict }: RecordedResult) => behaviors.indexOf(behaviorOf[verdict]!);
  return results.reduce((worst, result) => (rank(result) > rank(worst) ? result : worst));
}

function entryOf(id: string, result: RecordedResult, target: Side): Omit<IndexEntry, 'reportfile'> {
  const { verdict, conversations, duration } = result;
  const main = mainConversation(conversations);
  const behavior = behaviorOf[verdict]!;
  const isBroken = verdict === 'fail' || verdict === 'warn';
  const conversation = main && readConversation(loadTimeline(main.timeline));
  return {
    behavior,
    behaviorClose:
      isBroken && conversation ? closingOf(id, result.id, conversation, target) : behavior,
    duration: Math.round(duration),
    remoteCloseCode: conversation?.[target].close?.code ?? null,
  };
}

function caseFile(
  id: string,
  agent: string,
  run: Run,
  { behavior, behaviorClose, duration, remoteCloseCode }: IndexEntry,
  worst: RecordedResult,
  results: readonly RecordedResult[],
) {
  return {
    id,
    agent,
    behavior,
    behaviorClose,
    duration,
    remoteCloseCode,
    started: run.startedAt,
    description: worst.title,
    expectation: worst.expected,
    result: worst.observed,
    cases: results.map((result) => ({
      id: result.id,
      verdict: result.verdict,
      rule: result.rule,
      expected: result.expected,
      observed: result.observed,
    })),
  };
}
