/** Cases that take more than one connection: those before the case's own, and repeated rounds. */
import type { Case } from '../../format/case.ts';
import { type JudgedTarget, type Judgement, judge } from '../../judge/judge.ts';
import {
  type AftermathFacts,
  type CaseConversation,
  isAsExpected,
  ofRound,
} from '../../judge/judge-conversations.ts';
import type { PlayOptions } from '../../play/exchange.ts';
import { playAsClient, playPrelude } from '../../play/player.ts';
import { connect, type ServerTarget } from '../../transport/connect.ts';
import type { Timeline } from '../../wire/timeline.ts';
import { unlessTooSlow } from '../write-pacing.ts';

/** What was played of a case, and the verdict about it. */
export interface JudgedCase {
  readonly judgement: Judgement;
  readonly conversations: readonly CaseConversation[];
  readonly aftermath?: AftermathFacts;
}

interface Round {
  /** Counted from 1. */
  readonly round: number;
  readonly judgement: Judgement;
  readonly before: readonly Timeline[];
  readonly timeline: Timeline;
}

export function judgedTarget(target: ServerTarget, options: PlayOptions): JudgedTarget {
  const { echo, pong, behaviour, inits, message, isUnderstood = false } = options;
  const headers = target.headers.map(([name]) => name);
  return {
    ...{ role: 'server', echo, behaviour, message, isUnderstood, headers },
    ...(pong !== undefined && { pong }),
    ...(inits && { inits }),
  };
}

/**
 * Holds a case's conversation as often as it says. The first round that is not as expected decides,
 * or the last one if all are. Of many rounds only the first, the last and the one that decides are
 * kept.
 * @throws {ConnectError}
 */
export async function playRounds(
  testCase: Case,
  target: ServerTarget,
  options: PlayOptions,
): Promise<JudgedCase> {
  const { times = 1, atOnce = 1 } = testCase.repeat ?? {};
  let next = 1;
  let first: Round | undefined;
  let last: Round | undefined;
  let broken: Round | undefined;
  const playInTurn = async () => {
    while (next <= times && !broken) {
      const number = next;
      next += 1;
      const seed = number === 1 ? options.seed : `${options.seed} ${number - 1}`;
      const round = await playRound(testCase, number, target, { ...options, seed });
      if (number === 1) first = round;
      last = round;
      if (!isAsExpected(round.judgement)) broken ??= round;
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, times) }, playInTurn));
  const main = (broken ?? last)!;
  const kept = [...new Set([first!, main, last!])].toSorted((a, b) => a.round - b.round);
  return {
    judgement: main.judgement,
    conversations: kept.flatMap((round) => conversationsOf(round, round === main, testCase)),
  };
}

function conversationsOf(
  { round, before, timeline }: Round,
  isMain: boolean,
  { repeat }: Case,
): CaseConversation[] {
  const of = repeat ? { round } : {};
  return [
    ...before.map((earlier) => ({ name: 'before' as const, ...of, timeline: earlier })),
    { name: isMain ? 'main' : 'round', ...of, timeline },
  ];
}

async function playRound(
  testCase: Case,
  round: number,
  target: ServerTarget,
  options: PlayOptions,
): Promise<Round> {
  const before: Timeline[] = [];
  for (const prelude of testCase.before ?? []) {
    const channel = await connect(target, options.timeout, options.signal);
    before.push(await playPrelude(testCase, prelude, channel, target, options));
  }
  const channel = await connect(target, options.timeout, options.signal);
  const { timeline, conversation, pacing } = await playAsClient(testCase, channel, target, options);
  const judged = judge(testCase, timeline, judgedTarget(target, options), conversation);
  const judgement = unlessTooSlow(judged, pacing, options.paceBudget);
  return { round, judgement: ofRound(judgement, testCase, round), before, timeline };
}
