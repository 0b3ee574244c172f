/** Finds out what a server target can do, before any verdict is given. */

import type { Case } from '../case.ts';
import { closed, observed } from '../expectation.ts';
import { request } from '../handshake.ts';
import { observedEvents } from '../judge/match.ts';
import { describeEnding, describeHead } from '../judge/sentences.ts';
import { close, ping, text } from '../step.ts';
import type { Conversation } from '../wire/conversation.ts';
import { headerValues } from '../wire/http-head.ts';
import { escapeUnseen, quote } from '../wire/printable.ts';
import { bytesFrom } from '../wire/timeline.ts';
import { connect, type ServerTarget } from './connect.ts';
import { requirePatience } from './patience.ts';
import { playAsClient } from './player.ts';
import { freshSeed } from './seed.ts';

/** One flag per need, and what a report shows beside them. */
export interface Capabilities {
  readonly echo: boolean;
  readonly pong: boolean;
  readonly deflate: boolean;
  /** A window smaller than 32 KiB can be asked of the target; a server may still decline it. */
  readonly windowLimit: boolean;
  /** A foreign Origin is refused where the target's own is accepted. */
  readonly originPolicy: boolean;
  readonly script: boolean;
  readonly tls: boolean;
  readonly http2: boolean;
  /** The extension answer to a bare offer, as the target wrote it. */
  readonly extensions: string;
  /** How a normal closing handshake ends: `Close 1000, then FIN`. */
  readonly ending: string;
}

/** The address answers, but not as a WebSocket server: no case would mean anything. */
export class NotAWebSocketServerError extends Error {
  override readonly name = 'NotAWebSocketServerError';
  /** Of its response, where that is HTTP. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

/** The target sends without end: no answer could be told from the rest. */
export class FloodError extends Error {
  override readonly name = 'FloodError';

  constructor(url: URL, limit: string) {
    super(
      `${url.href} sends without end: more than ${limit} came that nothing asked for. Name a path or a target that only answers.`,
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
  requirement: 'shows what the target can do',
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

const pingOnly: Case = {
  ...probe,
  steps: [ping(question)],
  expect: { events: [{ kind: 'pong', payload: question }], ending: { kind: 'normal' } },
};

/**
 * How long an echo may take before the target counts as one that does not echo, in ms: longer where
 * more time was asked for than the 5 s of the default.
 */
const longestSilence = (timeout: number) => Math.min(timeout, Math.max(2000, timeout * 0.4));

const withOrigin = (origin: string): Case => ({
  ...probe,
  handshake: request({ add: [`Origin: ${origin}`] }),
  steps: [close(1000)],
  expect: closed([1000, 'none']),
});
const foreignOrigin = withOrigin('https://framewright.invalid');
const ownOrigin = withOrigin('{origin}');

/**
 * @throws {ConnectError} where nothing listens
 * @throws {NotAWebSocketServerError} where the handshake is not accepted
 * @throws {RangeError} where the timeout is nothing that can be waited for
 */
export async function probeServer(target: ServerTarget, timeout = 5000): Promise<Capabilities> {
  requirePatience('timeout', timeout);
  // A target that does not echo shows it by silence alone: a pong may overtake an echo.
  const patience = longestSilence(timeout);
  const play = async (testCase: Case): Promise<Played> => {
    const socket = await connect(target, timeout);
    return playAsClient(testCase, socket, target, {
      timeout: patience,
      openingTimeout: timeout,
      grace: patience,
      echo: true,
      seed: freshSeed(),
    });
  };
  const talk = async (testCase: Case) => {
    const { conversation } = await play(testCase);
    requireAnEnd(target, conversation);
    return conversation;
  };
  const played = await play(probe);
  const { conversation: full } = played;
  requireAnEnd(target, full);
  if (!full.accepted) throw notAccepted(target, played, timeout);
  const events = observedEvents(full.events.filter((e) => 'from' in e && e.from === 'server'));
  const echo = events.some(
    ({ kind, payload }) => kind === 'text' && Buffer.from(payload).toString() === question,
  );
  const pong = events.some(({ kind }) => kind === 'pong');
  const closing =
    echo && pong
      ? full
      : await talk(pong ? pingOnly : { ...pingOnly, steps: [], expect: observed() });
  return {
    echo,
    pong,
    deflate: full.deflate !== undefined,
    windowLimit: full.deflate !== undefined,
    originPolicy: !(await talk(foreignOrigin)).accepted && (await talk(ownOrigin)).accepted,
    script: false,
    tls: target.url.protocol === 'wss:',
    http2: false,
    extensions: full.extensions.map(({ name }) => name).join(', '),
    ending: describeEnding(closing, 'server'),
  };
}

/** @throws {FloodError} where the target had to be cut off: so would it be in every case */
function requireAnEnd({ url }: ServerTarget, { server: { ending } }: Conversation): void {
  if (ending.how === 'overflow') throw new FloodError(url, ending.limit);
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
      ? `it says ${quote(said)}, which is no HTTP`
      : `${describeHead(conversation)}${leadsTo === undefined ? wait : `, Location: ${escapeUnseen(leadsTo)}`}`;
  return new NotAWebSocketServerError(
    `${target.url.href} does not accept a WebSocket handshake: ${how}`,
    status,
  );
}

/**
 * Whether the target still answers a handshake, be it with a refusal.
 * @throws {ConnectError} where nothing listens
 */
export async function answersHandshakes(target: ServerTarget, timeout: number): Promise<boolean> {
  const socket = await connect(target, timeout);
  const options = { timeout, grace: timeout, echo: false, seed: freshSeed() };
  const { conversation } = await playAsClient(ownOrigin, socket, target, options);
  return conversation.server.head !== undefined;
}
