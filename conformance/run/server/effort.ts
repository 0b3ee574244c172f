/** How much work a case gives the target at once, derived from the case itself. */
import type { Case } from '../../format/case.ts';
import { lengthOf } from '../../format/payload.ts';
import { type Item, itemsOf, payloadOf, type Step } from '../../format/step.ts';
import { opcodes } from '../../wire/wire.ts';

/** How much one write, or several without a wait in between, may carry next to other cases. */
const lightest = { octets: 128 * 1024, frames: 1000 };

/** Whether the case may keep the target so busy that another one would wait for its answers. */
export function isHeavy({ steps, repeat }: Case): boolean {
  if ((repeat?.atOnce ?? 1) > 1) return true;
  return burstsOf(steps).some(
    (items) => octetsOf(items) > lightest.octets || framesOf(items) >= lightest.frames,
  );
}

/** How many conversations a case has one after the other: the longest have to start first. */
export function conversationsOf({ before = [], repeat }: Case): number {
  const { times = 1, atOnce = 1 } = repeat ?? {};
  return (before.length + 1) * Math.ceil(times / atOnce);
}

/** This many short cases show how fast the target answers before a long one starts. */
const shortFirst = 24;

/** The distance between the starts of cases that are neighbours in the catalogue. */
const stride = 37;

/**
 * The order in which concurrent cases are started. Neighbours in the catalogue give the target much
 * the same work: separated, those that keep the target busy run next to those that keep this process
 * busy, and neither waits for the other. The longest start early, so that none is left running alone
 * at the end.
 */
export function startingOrder(cases: readonly Case[]): Case[] {
  const apart = Array.from({ length: stride }, (_, first) =>
    cases.filter((_, index) => index % stride === first),
  ).flat();
  const short = apart.filter((testCase) => conversationsOf(testCase) === 1).slice(0, shortFirst);
  const others = apart.filter((testCase) => !short.includes(testCase));
  return [...short, ...others.toSorted((a, b) => conversationsOf(b) - conversationsOf(a))];
}

/** The bytes of payload that a running case may hold in memory. */
export function octetsInPlay({ steps, repeat }: Case): number {
  return octetsOf(itemsOf(steps)) * (repeat?.atOnce ?? 1);
}

/** What the target has to work through between one wait for it and the next. */
export interface Burst {
  readonly messages: number;
  readonly octets: number;
}

export function burstsIn({ steps }: Pick<Case, 'steps'>): Burst[] {
  return burstsOf(steps).map((items) => ({
    messages: items.filter(isMessage).length,
    octets: octetsOf(items),
  }));
}

/** A continuation is a part of the message before it. */
const isMessage = (item: Item) =>
  item.kind !== 'bytes' && (item.opcode === opcodes.text || item.opcode === opcodes.binary);

/** The items between one wait for the target and the next. */
function burstsOf(steps: readonly Step[]): Item[][] {
  const bursts: Item[][] = [[]];
  for (const step of steps) {
    if (step.kind === 'await') bursts.push([]);
    else bursts.at(-1)!.push(...itemsOf([step]));
  }
  return bursts;
}

const octetsOf = (items: readonly Item[]) =>
  items.reduce((sum, item) => sum + lengthOf(payloadOf(item)), 0);

const framesOf = (items: readonly Item[]) =>
  items.reduce((sum, item) => {
    const isSplit = item.kind === 'message' && item.fragment !== undefined;
    return sum + (isSplit ? Math.ceil(lengthOf(item.payload) / item.fragment!) : 1);
  }, 0);
