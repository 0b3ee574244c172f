/**
 * How fast the target echoes, and how long a case therefore keeps it busy. A target that needs 40
 * ms for each message, and reads everything that has arrived before it answers, is silent for four
 * seconds after a hundred: slow, not faulty.
 */
import type { Case } from '../../format/case.ts';
import { answered, echoOf } from '../../format/expectation.ts';
import { needsOf } from '../../format/needs.ts';
import { fill } from '../../format/payload.ts';
import type { Seed } from '../../format/seed.ts';
import { awaits, binary, text } from '../../format/step.ts';
import { playAsClient } from '../../play/player.ts';
import { connect, type ServerTarget } from '../../transport/connect.ts';
import type { Conversation } from '../../wire/conversation.ts';
import type { Side } from '../../wire/timeline.ts';
import { burstsIn } from './effort.ts';

/** In ms; what the way to the target takes is not in it. */
export interface Speed {
  readonly perMessage: number;
  readonly perOctet: number;
}

const many = 10;
const large = binary(fill('*', 64 * 1024));
const texts = Array.from({ length: many }, (_, nth) => text(`message ${nth}`));
/** One message, ten at once, and a large one. */
const round = [[text('one')], texts, [large]];
const questions = [...round, ...round];

const question: Case = {
  id: 'probe/speed',
  title: 'one message, several at once, and a large one',
  level: 'may',
  document: 'RFC 6455',
  section: '1.2',
  requirement: 'shows how fast the target is',
  against: ['server'],
  alive: 'untested',
  steps: questions.flatMap((items) => [...items, ...items.map(() => awaits('message'))]),
  expect: answered(questions.flat().map(echoOf)),
};

/** With less than this nothing in a case depends on how fast the target is. */
const least = { messages: 20, octets: 256 * 1024 };

/** Whether a case keeps a slow target busy for longer than anything is waited for otherwise. */
export function dependsOnSpeed(testCase: Case): boolean {
  if (testCase.aftermath || !needsOf(testCase).has('echo')) return false;
  return burstsIn(testCase).some(
    ({ messages, octets }) => messages >= least.messages || octets >= least.octets,
  );
}

/** How long the target is busy with what the case has it echo at once, in ms. */
export function workOf(testCase: Case, { perMessage, perOctet }: Speed): number {
  const works = burstsIn(testCase).map(
    ({ messages, octets }) => messages * perMessage + octets * perOctet,
  );
  return Math.max(0, ...works);
}

/**
 * Has to be asked while nothing else is in play.
 * @param timeout of one answer, in ms
 * @returns undefined where the target does not answer all of it
 */
export async function measureSpeed(
  target: ServerTarget,
  options: {
    readonly timeout: number;
    readonly seed: Seed;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<Speed | undefined> {
  try {
    const { timeout, signal } = options;
    const socket = await connect(target, timeout, signal);
    // Ten slow answers may come together.
    const settings = { ...options, timeout: 2 * timeout, grace: 1, echo: true };
    const { conversation } = await playAsClient(question, socket, target, settings);
    return speedIn(conversation);
  } catch {
    // Whatever it was, the cases come across it, too, and report it.
    return undefined;
  }
}

/** The better of both rounds: a machine that was busy for a moment is no slow target. */
function speedIn(conversation: Conversation): Speed | undefined {
  const asked = timesOf(conversation, 'client');
  const echoed = timesOf(conversation, 'server');
  const count = questions.flat().length;
  if (echoed.length < count) return undefined;
  const trips: number[] = [];
  let index = 0;
  for (const { length } of questions) {
    trips.push(echoed[index + length - 1]! - asked[index]!);
    index += length;
  }
  const halves = [trips.slice(0, round.length), trips.slice(round.length)] as const;
  const better = (nth: number, units: number) =>
    Math.max(0, Math.min(...halves.map((half) => (half[nth]! - half[0]!) / units)));
  return { perMessage: better(1, many - 1), perOctet: better(2, 64 * 1024) };
}

const timesOf = (conversation: Conversation, side: Side) =>
  conversation[side].messages.map(({ frames }) => frames.at(-1)!.at);
