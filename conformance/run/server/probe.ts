/** Determines the capabilities of a server target before any case runs. */

import { setTimeout as pause } from 'node:timers/promises';
import type { Case } from '../../format/case.ts';
import { closed } from '../../format/expectation.ts';
import { observedEvents } from '../../format/match.ts';
import type { Abilities } from '../../format/needs.ts';
import { PongOrigins } from '../../format/pong-origin.ts';
import { freshSeed } from '../../format/seed.ts';
import { close, ping, text } from '../../format/step.ts';
import { describeEnding, describeHead } from '../../judge/sentences.ts';
import type { PlayOptions } from '../../play/exchange.ts';
import { playAsClient } from '../../play/player.ts';
import { requireTimeout } from '../../play/timeout-range.ts';
import { redactorFor } from '../../redaction/redactor.ts';
import { ConnectError, connect, type ServerTarget } from '../../transport/connect.ts';
import type { Conversation } from '../../wire/conversation.ts';
import { headerValues } from '../../wire/http-head.ts';
import { escapeUnseen, quote } from '../../wire/printable.ts';
import { bytesFrom } from '../../wire/timeline.ts';
import { retryAfterIn } from './retry-after.ts';

/** Needs of cases that are for clients only. */
export const abilitiesOfClients = { fixedWindow: false, page: false } as const;

/** What a server can do, and what a report shows about it. */
export interface Capabilities extends Omit<Abilities, 'fixedWindow' | 'page'> {
  /** A window smaller than 32 KiB can be asked of the target; a server may still decline it. */
  readonly windowLimit: boolean;
  /** A foreign Origin is refused, and the target's own is accepted. */
  readonly originPolicy: boolean;
  /** The extension answer to a bare offer, as sent by the target. */
  readonly extensions: string;
  /** How a normal closing handshake ends: `Close 1000, then FIN`. */
  readonly ending: string;
}

/** The address answers, but not as a WebSocket server: no case would be meaningful. */
export class NotAWebSocketServerError extends Error {
  override readonly name = 'NotAWebSocketServerError';
  /** Of its response, if that is HTTP. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

/** The target never stops sending: no answer could be recognised. */
export class FloodError extends Error {
  override readonly name = 'FloodError';

  constructor(url: URL, limit: string) {
    super(
      `${url.href} sends without end: more than ${limit} arrived unsolicited. Use a path or a target that only answers.`,
    );
  }
}

const question = 'framewright: do you echo?';

const probe: Case = {
  id: 'probe/capabilities',
  title: 'a message, a ping and a close',
  level: 'may',
  document: 'RFC 6455',
  section: '1.2',
  requirement: 'shows the capabilities of the target',
  against: ['server'],
  alive: 'untested',
  handshake: { extensions: { offer: 'permessage-deflate; client_max_window_bits' } },
  steps: [text(question), ping(question)],
  expect: {
    events: [
      { kind: 'text', payload: question },
      { kind: 'pong', payload: question },
    ],
    ending: { kind: 'normal' },
  },
};

/** For a target that cannot handle the offer, or violates what it negotiates. */
const { handshake: _, ...plainProbe }: Case = probe;
const echoOnly: Case = {
  ...plainProbe,
  steps: [text(question)],
  expect: { events: [{ kind: 'text', payload: question }], ending: { kind: 'normal' } },
};
const pingOnly: Case = {
  ...plainProbe,
  steps: [ping(question)],
  expect: {
    events: [{ kind: 'pong', payload: question, anyPayload: true }],
    ending: { kind: 'normal' },
  },
};
const closeOnly: Case = { ...plainProbe, steps: [close(1000)], expect: closed([1000, 'none']) };
const offerOnly: Case = { ...closeOnly, handshake: probe.handshake! };

/**
 * How long an echo may take before the target counts as one that does not echo, in ms: longer if the
 * timeout is more than the default of 5 s.
 */
const longestSilence = (timeout: number) => Math.min(timeout, Math.max(2000, timeout * 0.4));

const withOrigin = (origin: string): Case => ({
  ...probe,
  handshake: { request: { origin } },
  steps: [close(1000)],
  expect: closed([1000, 'none']),
});
const foreignOrigin = withOrigin('https://framewright.invalid');
const ownOrigin = withOrigin('{origin}');

/**
 * Nothing is concluded from a single silence: a missing answer is requested again on another connection.
 * @param warmUp how long the target may take until its first handshake works, in ms from now
 * @throws {ConnectError} when nothing is listening
 * @throws {NotAWebSocketServerError} when the handshake is not accepted
 * @throws {RangeError} when the timeout is invalid
 */
export async function probeServer(
  target: ServerTarget,
  timeout = 5000,
  warmUp = 0,
): Promise<Capabilities> {
  requireTimeout('timeout', timeout);
  // A target that does not echo shows it only by silence: a pong may arrive before an echo.
  const silence = longestSilence(timeout);
  const play: Play = async (testCase, how = {}) => {
    const channel = await connect(target, timeout);
    const options = { timeout: silence, grace: silence, echo: true, seed: freshSeed(), ...how };
    const settings = { ...options, openingTimeout: timeout };
    const played = await playAsClient(testCase, channel, target, settings);
    requireAnEnd(target, played.conversation);
    return played;
  };
  const first = await firstAccepted(play, target, timeout, warmUp);
  const deflate = offersDeflate(first) ? first : await play(offerOnly);
  // A command that has just been started may still be loading what it needs to answer.
  const repetitions = warmUp > 0 ? 2 : 1;
  const again = async (testCase: Case, how: How, shows: (played: Played) => boolean) => {
    let played = first;
    for (let turn = 0; turn < repetitions && !shows(played); turn += 1) {
      played = await play(testCase, { timeout, ...how });
    }
    return played;
  };
  const [echoed, ponged] = await Promise.all([
    again(echoOnly, {}, hasEcho),
    // Unsolicited messages of the target are not an answer to the question.
    again(pingOnly, { echo: false }, hasPong),
  ]);
  const [echo, pong] = [hasEcho(echoed), hasPong(ponged)];
  const closing = pong ? ponged : echo ? echoed : await play(closeOnly);
  return {
    echo,
    pong,
    deflate: offersDeflate(deflate),
    windowLimit: offersDeflate(deflate),
    originPolicy: await hasOriginPolicy(play),
    script: false,
    tls: target.url.protocol === 'wss:',
    http2: false,
    extensions: deflate.conversation.extensions.map(({ name }) => name).join(', '),
    ending: describeEnding(closing.conversation, 'server'),
  };
}

/** @throws {FloodError} when the target had to be cut off, as it would be in every case */
function requireAnEnd({ url }: ServerTarget, { server: { ending } }: Conversation): void {
  if (ending.how === 'overflow') throw new FloodError(url, ending.limit);
}

type How = Partial<Pick<PlayOptions, 'timeout' | 'echo'>>;
type Play = (testCase: Case, how?: How) => Promise<Played>;

/** The first conversation that is accepted, with the offer or without it; Retry-After is followed once. */
async function firstAccepted(
  play: Play,
  target: ServerTarget,
  timeout: number,
  warmUp: number,
): Promise<Played> {
  const deadline = performance.now() + warmUp;
  let hasWaited = false;
  for (let wait = 50; ; wait = Math.min(2 * wait, 1000)) {
    const isLate = performance.now() >= deadline;
    try {
      const played = await play(probe);
      if (played.conversation.accepted) return played;
      const retryAfter = hasWaited ? undefined : retryAfterIn(played.conversation);
      if (retryAfter !== undefined) {
        hasWaited = true;
        await pause(retryAfter);
        continue;
      }
      const plain = await play(plainProbe);
      if (plain.conversation.accepted) return plain;
      if (isLate || !mayBeWarmingUp(played)) throw notAccepted(target, played, timeout);
    } catch (error) {
      if (isLate || !(error instanceof ConnectError)) throw error;
    }
    await pause(wait);
  }
}

/** No response at all, or a temporary refusal (RFC 9110 §15.6.3 to §15.6.5). */
function mayBeWarmingUp({ conversation: { server } }: Played): boolean {
  const line = server.head?.startLine;
  return line?.kind !== 'response' || [502, 503, 504].includes(line.status ?? 0);
}

const offersDeflate = ({ conversation }: Played) => conversation.deflate !== undefined;

const said = ({ conversation }: Played) =>
  observedEvents(
    conversation.events.filter((e) => 'from' in e && e.from === 'server'),
    PongOrigins.of(conversation, 'server'),
  );

/** An echo of the wrong type counts as an echo, which the cases judge. */
const hasEcho = (played: Played) =>
  said(played).some(
    ({ kind, payload }) => kind !== 'pong' && Buffer.from(payload).toString() === question,
  );

/** Any payload, unless it is unsolicited: the cases judge the payload. */
const hasPong = (played: Played) =>
  said(played).some(({ kind, origin }) => kind === 'pong' && origin !== 'heartbeat');

async function hasOriginPolicy(play: Play): Promise<boolean> {
  const { accepted, server } = (await play(foreignOrigin)).conversation;
  // Silence is not a refusal.
  if (accepted || server.ending.how === 'timeout') return false;
  return (await play(ownOrigin)).conversation.accepted;
}

type Played = Awaited<ReturnType<typeof playAsClient>>;

function notAccepted(
  target: ServerTarget,
  { conversation, timeline }: Played,
  timeout: number,
): NotAWebSocketServerError {
  const { head, ending } = conversation.server;
  const status = head?.startLine.kind === 'response' ? head.startLine.status : undefined;
  const leadsTo = head && headerValues(head, 'Location')[0];
  const said = bytesFrom(timeline, 'server');
  const wait = ending.how === 'timeout' ? ` in ${timeout} ms` : '';
  const how =
    !head && said.length > 0
      ? `it sent ${quote(said)}, which is not HTTP`
      : `${describeHead(conversation)}${leadsTo === undefined ? wait : `, Location: ${escapeUnseen(leadsTo)}`}`;
  return new NotAWebSocketServerError(
    redactorFor(target.url, target.headers).text(
      `${target.url.href} does not accept a WebSocket handshake: ${how}`,
    ),
    status,
  );
}

/**
 * Whether the target still answers a handshake, even with a refusal.
 * @throws {ConnectError} when nothing is listening
 */
export async function answersHandshakes(
  target: ServerTarget,
  timeout: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const channel = await connect(target, timeout, signal);
  const options = { timeout, grace: timeout, echo: false, seed: freshSeed() };
  const { conversation } = await playAsClient(ownOrigin, channel, target, options);
  return conversation.server.head !== undefined;
}
