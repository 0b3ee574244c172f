/**
 * In what two runs of the same target differ, apart from names and times: proof that a change of
 * Framewright changed neither what it sends nor what it concludes.
 */
import type { RecordedResult, Run } from '../../conformance/results/results.ts';
import {
  mainConversation,
  type StoredConversation,
} from '../../conformance/results/stored-conversations.ts';
import { loadTimeline } from '../../conformance/results/stored-timeline.ts';
import { bytesFrom, otherSide, type Side } from '../../conformance/wire/timeline.ts';
import { wireSummary } from './wire-summary.ts';

export interface Difference {
  readonly id: string;
  /** `verdict`, `rule`, `level`, `section`, `observed`, `sent bytes`, `received bytes`, `case`. */
  readonly field: string;
  readonly before: string;
  readonly after: string;
}

/** Names of the first run, and what they are in the second: ids of cases, and rules. */
export type Renamed = Readonly<Record<string, string>>;

export function differences(before: Run, after: Run, renamed: Renamed = {}): Difference[] {
  const later = new Map(after.results.map((result) => [result.id, result]));
  const found = before.results.flatMap((result): Difference[] => {
    const id = renamed[result.id] ?? result.id;
    const other = later.get(id);
    later.delete(id);
    if (!other) return [{ id, field: 'case', before: result.verdict, after: 'missing' }];
    const named = { ...result, rule: renamed[result.rule] ?? result.rule };
    return [...inWords(named, other), ...onWire(named, other, { before, after })];
  });
  const added = [...later.values()].map(({ id, verdict }) => {
    return { id, field: 'case', before: 'missing', after: verdict };
  });
  return [...found, ...added];
}

function inWords(before: RecordedResult, after: RecordedResult): Difference[] {
  const fields: Readonly<Record<string, (result: RecordedResult) => string>> = {
    verdict: ({ verdict }) => verdict,
    rule: ({ rule }) => rule,
    level: ({ level }) => level,
    section: ({ document, section, reference }) => reference ?? `${document} §${section}`,
    observed: ({ observed }) => withoutMeasures(observed),
  };
  return Object.entries(fields).flatMap(([field, of]) =>
    of(before) === of(after) ? [] : [{ id: after.id, field, before: of(before), after: of(after) }],
  );
}

/** Times and memory differ from run to run. */
const withoutMeasures = (words: string) =>
  words.replaceAll(/\d+(?:[.,]\d+)* (ms|s|seconds|MiB more memory)\b/g, '… $1');

function onWire(
  { conversations: [...before] }: RecordedResult,
  { id, conversations: [...after] }: RecordedResult,
  runs: { readonly before: Run; readonly after: Run },
): Difference[] {
  const [earlier, later] = [mainConversation(before), mainConversation(after)];
  if (!earlier || !later) {
    if (earlier === later) return [];
    const kept = (conversation: unknown) => (conversation ? 'kept' : 'missing');
    return [{ id, field: 'conversation', before: kept(earlier), after: kept(later) }];
  }
  const target = runs.after.target.role;
  const peer = otherSide(target);
  const sent = inSummary(id, 'sent bytes', peer, earlier, later);
  // Which of several rounds at once ends last is a matter of time, and each has its own keys.
  const isRepeatable = canRepeatBytes(runs) && later.round === undefined;
  const isOther = sent.length === 0 && isRepeatable && !streamsEqual(earlier, later, peer);
  return [
    ...sent,
    ...(isOther ? [{ id, field: 'keys or masks', before: 'of the seed', after: 'others' }] : []),
    ...inSummary(id, 'received bytes', target, earlier, later),
  ];
}

/** The same seed gives the same keys and masks; the address is in the request. */
function canRepeatBytes({ before, after }: { readonly before: Run; readonly after: Run }): boolean {
  const isSameSeed = before.options.seed === after.options.seed;
  return after.target.role === 'server' && isSameSeed && before.target.url === after.target.url;
}

function streamsEqual(before: StoredConversation, after: StoredConversation, side: Side): boolean {
  const [one, other] = [before, after].map(({ timeline }) =>
    bytesFrom(loadTimeline(timeline), side),
  );
  return one!.equals(other!);
}

/** The first line that differs. */
function inSummary(
  id: string,
  field: string,
  side: Side,
  before: StoredConversation,
  after: StoredConversation,
): Difference[] {
  const [one, other] = [before, after].map(({ timeline }) =>
    wireSummary(loadTimeline(timeline), side),
  );
  const length = Math.max(one!.length, other!.length);
  for (let index = 0; index < length; index += 1) {
    if (one![index] === other![index]) continue;
    const line = (lines: readonly string[]) => `line ${index + 1}: ${lines[index] ?? 'nothing'}`;
    return [{ id, field, before: line(one!), after: line(other!) }];
  }
  return [];
}
