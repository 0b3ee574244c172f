/** Cases that take more than one connection: what comes before them, and how often they are held. */
import type { Case } from '../../format/case.ts';
import { type Judgement, judge } from '../../judge/judge.ts';
import type { PlayOptions } from '../../play/exchange.ts';
import { playAsClient, playPrelude } from '../../play/player.ts';
import { connect, type ServerTarget } from '../../transport/connect.ts';
import type { Timeline } from '../../wire/timeline.ts';
import { unlessTooSlow } from '../write-pacing.ts';

export interface Round {
  readonly judgement: Judgement;
  readonly timeline: Timeline;
}

/**
 * Holds a case's conversation as often as it says.
 * @returns the first round that is not as expected; the last one where all are
 * @throws {ConnectError}
 */
export async function playRounds(
  testCase: Case,
  target: ServerTarget,
  options: PlayOptions,
): Promise<Round> {
  const { times = 1, atOnce = 1 } = testCase.repeat ?? {};
  let next = 0;
  let last: Round | undefined;
  let broken: Round | undefined;
  const playInTurn = async () => {
    while (next < times && !broken) {
      const index = next;
      next += 1;
      const seed = index === 0 ? options.seed : `${options.seed} ${index}`;
      const round = await playRound(testCase, target, { ...options, seed });
      last = round;
      if (isAsExpected(round.judgement)) continue;
      const nth = times > 1 ? `conversation ${index + 1} of ${times}: ` : '';
      const { observed } = round.judgement;
      broken ??= { ...round, judgement: { ...round.judgement, observed: nth + observed } };
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, times) }, playInTurn));
  return (broken ?? last)!;
}

async function playRound(
  testCase: Case,
  target: ServerTarget,
  options: PlayOptions,
): Promise<Round> {
  for (const prelude of testCase.before ?? []) {
    const socket = await connect(target, options.timeout, options.signal);
    await playPrelude(testCase, prelude, socket, target, options);
  }
  const socket = await connect(target, options.timeout, options.signal);
  const { timeline, conversation, pacing } = await playAsClient(testCase, socket, target, options);
  const headers = target.headers.map(([name]) => name);
  const judged = { role: 'server', echo: options.echo, headers } as const;
  const judgement = judge(testCase, timeline, judged, conversation);
  return { judgement: unlessTooSlow(judgement, pacing, options.paceBudget), timeline };
}

const isAsExpected = ({ verdict }: Judgement) => verdict === 'pass' || verdict === 'info';
