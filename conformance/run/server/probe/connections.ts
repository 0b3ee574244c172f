/** The connections of a probe: each question is asked on a fresh one. */
import { setTimeout as pause } from 'node:timers/promises';
import type { ApplicationMessage } from '../../../format/application-message.ts';
import type { Case } from '../../../format/case.ts';
import { observed } from '../../../format/expectation.ts';
import type { Handshake } from '../../../format/handshake.ts';
import { freshSeed } from '../../../format/seed.ts';
import { playFreely } from '../../../play/player.ts';
import { connect, type ServerTarget } from '../../../transport/connect.ts';
import type { Conversation } from '../../../wire/conversation.ts';
import type { Timeline } from '../../../wire/timeline.ts';
import { retryAfterIn } from '../retry-after.ts';
import { requireAnEnd } from './refusals.ts';

/** What a probe may do on a connection. */
export type Held = Parameters<Parameters<typeof playFreely>[4]>[0];

export interface ProbedConversation {
  readonly conversation: Conversation;
  readonly timeline: Timeline;
}

export interface ProbeOptions {
  /** How long an opening handshake may take, in ms. */
  readonly timeout: number;
  /** How long any other answer may take, in ms: silence alone shows that there is none. */
  readonly silence: number;
  /** Sent after the greeting, as the application wants it before anything else. */
  readonly inits: readonly ApplicationMessage[];
  readonly message?: ApplicationMessage | undefined;
}

export const conversationProbe: Case = {
  id: 'probe/conversation',
  title: 'a conversation that shows what the target does',
  level: 'may',
  document: 'RFC 6455',
  section: '1.2',
  requirement: 'shows the behaviour of the target',
  against: ['server'],
  alive: 'untested',
  steps: [],
  expect: observed(),
};

/** RFC 6585 §4, RFC 9110 §15.6.4: too many requests, and no service for now. */
const busyStatuses: readonly (number | undefined)[] = [429, 503];

/** How long a probe waits after a refusal that does not say how long, in ms. */
const shortPause = 1000;

export class ProbeConnections {
  readonly target: ServerTarget;
  readonly options: ProbeOptions;
  /** How a connection was refused after others had been accepted. */
  rateLimit: string | undefined;
  #hasOpened = false;

  constructor(target: ServerTarget, options: ProbeOptions) {
    this.target = target;
    this.options = options;
  }

  /**
   * A target that accepted a connection before and is too busy now is asked once more.
   * @param hold what happens once the connection is open; a refused one is not held
   * @throws {ConnectError}
   * @throws {FloodError} when the target sends without end
   */
  async open(
    hold: (exchange: Held) => Promise<void>,
    handshake?: Handshake,
  ): Promise<ProbedConversation> {
    const played = await this.#open(hold, handshake);
    const { accepted, server } = played.conversation;
    const line = server.head?.startLine;
    const status = line?.kind === 'response' ? line.status : undefined;
    if (accepted || !this.#hasOpened || !busyStatuses.includes(status)) {
      this.#hasOpened ||= accepted;
      return played;
    }
    this.rateLimit = `HTTP ${status}`;
    await pause(retryAfterIn(played.conversation) ?? shortPause);
    return this.#open(hold, handshake);
  }

  async #open(
    hold: (exchange: Held) => Promise<void>,
    handshake: Handshake | undefined,
  ): Promise<ProbedConversation> {
    const { timeout, silence } = this.options;
    const channel = await connect(this.target, timeout);
    const settings = { timeout: silence, openingTimeout: timeout, grace: silence, echo: false };
    const options = { ...settings, seed: freshSeed() };
    const testCase = handshake ? { ...conversationProbe, handshake } : conversationProbe;
    const played = await playFreely(testCase, channel, this.target, options, hold);
    requireAnEnd(this.target, played.conversation);
    return played;
  }
}
