/** Conversations of the host itself, which are not judged. */

import type { Case, Prelude } from '../../format/case.ts';
import { closed, observed } from '../../format/expectation.ts';
import { close, text } from '../../format/step.ts';
import type { PlayOptions } from '../../play/exchange.ts';
import type { Peer } from '../../play/peer.ts';
import { playAsServer } from '../../play/player.ts';
import type { Timeline } from '../../wire/timeline.ts';

const plain: Case = {
  id: 'host/answer',
  title: 'an answer of the host',
  level: 'may',
  document: 'RFC 6455',
  section: '1.2',
  requirement: 'sends a client what it requested',
  against: ['client'],
  alive: 'untested',
  steps: [],
  expect: closed([1000, 'none']),
};

/** One text message, or none, and a normal close. */
export async function tell(
  peer: Peer,
  message: string | undefined,
  options: PlayOptions,
): Promise<void> {
  const steps = [...(message === undefined ? [] : [text(message)]), close(1000)];
  await playAsServer({ ...plain, steps }, peer, options);
}

/** @returns what was said */
export async function playPrelude(
  peer: Peer,
  prelude: Prelude,
  options: PlayOptions,
): Promise<Timeline> {
  const prologue = { ...plain, ...prelude, expect: observed() };
  return (await playAsServer(prologue, peer, options)).timeline;
}
