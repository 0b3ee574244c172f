/** Cases of the catalogue as servers: a page can be shown each way in which a server can misbehave. */
import type { Case } from '../conformance/format/case.ts';
import { observed } from '../conformance/format/expectation.ts';
import type { Handshake } from '../conformance/format/handshake.ts';
import { freshSeed } from '../conformance/format/seed.ts';
import type { Step } from '../conformance/format/step.ts';
import { Peer } from '../conformance/play/peer.ts';
import { playAsServer } from '../conformance/play/player.ts';
import type { Channel } from '../conformance/transport/channel.ts';

/** A conversation in the words of `framewright/cases`. */
export interface ServerScript {
  readonly handshake?: Handshake;
  readonly steps: readonly Step[];
}

/** A case of the catalogue, by its id. */
export interface CaseReference {
  readonly caseId: string;
}

/** A case of the catalogue as a server: `wire.route(url, scriptOf('close-code/invalid-1005'))`. */
export const scriptOf = (caseId: string): CaseReference => ({ caseId });

/** How long the peer waits for what a step awaits, and for the page to end the connection, in ms. */
const timeout = 10_000;

const scripted: Omit<Case, 'steps'> = {
  id: 'route/script',
  title: 'a script of a test',
  level: 'may',
  document: 'RFC 6455',
  section: '1.2',
  requirement: 'a script of a test',
  against: ['client'],
  alive: 'untested',
  expect: observed(),
};

/**
 * The catalogue takes a quarter of a second to load, which only tests that name a case pay for.
 * @throws {Error} if there is no such case, or if it is not for clients
 */
export async function caseOf(script: ServerScript | CaseReference): Promise<Case> {
  if (!('caseId' in script)) return { ...scripted, ...script };
  const [{ catalogue }, { caseById }] = await Promise.all([
    import('../conformance/catalogue/catalogue.ts'),
    import('../conformance/catalogue/select.ts'),
  ]);
  const found = caseById(script.caseId, catalogue());
  if (!found.against.includes('client')) {
    throw new Error(`the case ${script.caseId} is for servers; a page needs one for clients`);
  }
  // A page does not answer the question whether it is alive, unless it echoes.
  return { ...found, alive: 'untested' };
}

/** Plays the case on a channel. What the page does is on the record of the connection. */
export async function playScript(testCase: Case, channel: Channel, signal: AbortSignal) {
  const peer = new Peer(channel, 'server');
  signal.addEventListener('abort', () => peer.destroy(), { once: true });
  const options = { timeout, grace: 250, echo: false, seed: freshSeed(), signal };
  await playAsServer(testCase, peer, options);
}
