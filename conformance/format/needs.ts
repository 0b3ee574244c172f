/**
 * What a case requires of its target besides its role, and the reason for skipping it if that is
 * missing.
 */

import { entryOf } from './by-kind.ts';
import type { Case, Need } from './case.ts';
import { traitsOf } from './ending.ts';
import { provesAliveFirst } from './liveness.ts';
import { itemsOf } from './step.ts';
import type { TargetBehaviour } from './target-behaviour.ts';

/** The stated needs, and those that follow from what is expected, but for what the case is about. */
export function needsOf(testCase: Case): ReadonlySet<Need> {
  const needs = new Set<Need>(testCase.needs);
  const { events, ending } = testCase.expect;
  // A target that speaks an application protocol over WebSocket may close on a message that is not part of it.
  const { closesWell } = traitsOf(ending);
  for (const { kind, optional } of events) {
    if ((kind === 'text' || kind === 'binary') && (!optional || closesWell)) needs.add('echo');
    if (kind === 'pong' && !optional) needs.add('pong');
  }
  if (sendsCompressed(testCase)) needs.add('deflate');
  if (testCase.script) needs.add('script');
  if (testCase.page !== undefined) needs.add('page');
  for (const need of testCase.judges ?? []) needs.delete(need);
  return needs;
}

/** Whether some message among the steps goes out compressed. */
export function sendsCompressed({ steps }: Pick<Case, 'steps'>): boolean {
  return itemsOf(steps).some((item) => item.kind === 'message' && item.deflate);
}

/** What a target can do: a flag per need. */
export type Abilities = Readonly<Record<Need, boolean>>;

const reasons: Readonly<Record<Need, string>> = {
  echo: 'the target does not echo messages',
  pong: 'the target does not answer pings',
  deflate: 'the target does not negotiate permessage-deflate',
  windowLimit: 'the target does not let its window be limited',
  fixedWindow: 'the target lets its window be limited, or does not compress',
  originPolicy: 'the target accepts any Origin',
  script: 'the target cannot run a script',
  page: 'the target is no browser',
  tls: 'the target is not reached over TLS',
  http2: 'the target does not speak WebSocket over HTTP/2',
};

/**
 * @param behaviour as far as it is known
 * @returns the reason to skip, or undefined
 */
export function unmetNeed(
  testCase: Case,
  can: Abilities,
  behaviour?: TargetBehaviour,
): string | undefined {
  for (const need of needsOf(testCase)) {
    if (!can[need]) return entryOf(reasons, need);
  }
  if (!can.echo && !can.pong && !isSeenToRead(behaviour) && needsProof(testCase)) {
    return 'the target neither echoes nor answers pings: nothing shows that it is alive';
  }
  return undefined;
}

/** Whether it answers something: then an opened connection works until it is provoked. */
const isSeenToRead = (behaviour: TargetBehaviour | undefined) =>
  behaviour !== undefined &&
  Object.values(behaviour.reactions).some(({ kind }) => kind !== 'silence' && kind !== 'drop');

/** A connection that ends, or waits, says nothing where it was never seen to work. */
function needsProof(testCase: Case): boolean {
  return provesAliveFirst(testCase) && !traitsOf(testCase.expect.ending).closesWell;
}
