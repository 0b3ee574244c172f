/** The conversations of a result, as `results.json` keeps them. */
import type { CaseConversation, ConversationName } from '../judge/judge-conversations.ts';
import type { Redactor } from '../redaction/redactor.ts';
import { loadTimeline, type StoredTimeline, storeTimeline } from './stored-timeline.ts';

/** A connection of a case, as `results.json` has it. */
export interface StoredConversation {
  readonly name: ConversationName;
  /** Of a case that is repeated: the round that it belongs to, from 1. */
  readonly round?: number;
  readonly timeline: StoredTimeline;
}

export interface StoreConversationOptions {
  readonly redactor: Redactor;
  /** Characters that the streams of the main conversation may take. */
  readonly limit: number;
  /** The same for each of the others. */
  readonly limitOfOthers: number;
}

export async function storeConversations(
  conversations: readonly CaseConversation[],
  { redactor, limit, limitOfOthers }: StoreConversationOptions,
): Promise<StoredConversation[]> {
  return Promise.all(
    conversations.map(async ({ timeline, ...which }) => {
      const most = which.name === 'main' ? limit : limitOfOthers;
      return { ...which, timeline: await storeTimeline(timeline, { limit: most, redactor }) };
    }),
  );
}

/**
 * The conversations of a result from `results.json`, in the form that `judge` and `annotate` take.
 * @throws {DamagedTimelineError} if what is stored is damaged
 */
export function loadConversations(stored: readonly StoredConversation[]): CaseConversation[] {
  return stored.map(({ timeline, ...which }) => ({ ...which, timeline: loadTimeline(timeline) }));
}

/** The conversation that the verdict is about; undefined if nothing was played. */
export function mainConversation(
  conversations: readonly StoredConversation[],
): StoredConversation | undefined {
  return conversations.find(({ name }) => name === 'main');
}

/** Whether a verdict may be based on it: nothing was left out or redacted in what followed its head. */
export function isWhole({ timeline }: StoredConversation): boolean {
  return timeline.leftOut === undefined && timeline.redacted === undefined;
}
