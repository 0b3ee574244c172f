/**
 * Matchers for connections. They wait as Playwright's own do, and a failure shows the bytes.
 *
 * A negated matcher cannot know what is still to come: it waits for its whole timeout, or until the
 * connection has ended, and passes if the opposite has not happened by then.
 */
import {
  expect as baseExpect,
  type ExpectMatcherState,
  type MatcherReturnType,
} from '@playwright/test';
import type { BrokenRule } from '../conformance/judge/passing.ts';
import { findBrokenRules } from '../conformance/judge/passing.ts';
import { annotate } from '../conformance/wire/annotate.ts';
import { quote } from '../conformance/wire/printable.ts';
import { WireConnection } from './connection.ts';
import { describeMessageMatch, type MessageMatch, matchesMessage } from './message-match.ts';
import type { WireEnd, WireMessage } from './recorded.ts';

/** How long a matcher waits. */
export interface MatcherOptions {
  /** In ms. Default: `expect.timeout` of the configuration. */
  readonly timeout?: number;
}

/** What a handshake must have agreed on. */
export interface ExpectedOpening extends MatcherOptions {
  readonly protocol?: string;
  readonly extensions?: string | RegExp;
  /** Of the response; names are case-insensitive. */
  readonly headers?: Readonly<Record<string, string | RegExp>>;
}

/** What has been seen so far, and whether more could change it. */
interface Look {
  readonly pass: boolean;
  /** Nothing that comes can change it. */
  readonly isFinal: boolean;
  /** What was seen instead, in words. */
  readonly received: () => string;
  /** Shown in place of the whole conversation. */
  readonly details?: () => string;
}

async function settle(
  state: ExpectMatcherState,
  connection: WireConnection,
  { timeout = state.timeout }: MatcherOptions,
  look: () => Look,
): Promise<Look & { readonly waited: number }> {
  if (!(connection instanceof WireConnection)) {
    throw new TypeError('this matcher takes a connection: await wire.waitForConnection()');
  }
  const start = performance.now();
  const isDecided = () => {
    const { pass, isFinal } = look();
    return pass || isFinal;
  };
  await connection.recording.until(isDecided, { timeout });
  return { ...look(), waited: performance.now() - start };
}

function result(
  state: ExpectMatcherState,
  name: string,
  connection: WireConnection,
  expected: string,
  seen: Look & { readonly waited: number },
): MatcherReturnType {
  const { pass, received, waited, isFinal, details } = seen;
  const message = () =>
    [
      state.utils.matcherHint(name, 'connection', 'expected', { isNot: state.isNot }),
      '',
      `Connection: ${connection.redacted(connection.url())}`,
      `Expected: ${state.isNot ? 'not ' : ''}${expected}`,
      `Received: ${received()}`,
      isFinal ? 'The connection has ended.' : `Waited: ${Math.round(waited)} ms`,
      '',
      details?.() ?? connection.annotated(),
    ].join('\n');
  return { name, pass, expected, actual: received(), message };
}

const inWords = ({ data }: WireMessage) =>
  typeof data === 'string' ? quote(Buffer.from(data)) : `${data.length} bytes ${quote(data)}`;

const mostListed = 10;

/** The latest messages of one end, in words. */
function listed(messages: readonly WireMessage[], from: WireEnd): string {
  const latest: string[] = [];
  let earlier = 0;
  for (const message of messages.toReversed()) {
    if (message.from !== from) continue;
    if (latest.length < mostListed) latest.unshift(inWords(message));
    else earlier += 1;
  }
  if (latest.length === 0) return `no message from the ${from}`;
  return [...(earlier > 0 ? [`${earlier} earlier`] : []), ...latest].join(', ');
}

async function toHaveMessage(
  state: ExpectMatcherState,
  name: string,
  from: WireEnd,
  connection: WireConnection,
  match: MessageMatch,
  options: MatcherOptions,
): Promise<MatcherReturnType> {
  let compared = 0;
  let pass = false;
  const seen = await settle(state, connection, options, () => {
    const messages = connection.messages();
    for (; !pass && compared < messages.length; compared += 1) {
      const message = messages[compared]!;
      pass = message.from === from && matchesMessage(match, message.data);
    }
    return { pass, isFinal: connection.isClosed(), received: () => listed(messages, from) };
  });
  return result(state, name, connection, describeMessageMatch(match), seen);
}

function openingOf(connection: WireConnection, expected: ExpectedOpening): Look {
  const response = connection.response();
  const isFinal = response !== null || connection.isClosed();
  if (!response) {
    const failure = connection.failure();
    return { pass: false, isFinal, received: () => failure ?? 'no response to the handshake' };
  }
  const facts: string[] = [`${response.status} ${response.reason}`.trim()];
  let pass = connection.conversation().accepted;
  const require = (what: string, value: string | undefined, wanted: string | RegExp) => {
    facts.push(`${what}: ${value ?? 'none'}`);
    pass &&=
      value !== undefined && (wanted instanceof RegExp ? wanted.test(value) : value === wanted);
  };
  const { protocol, extensions, headers = {} } = expected;
  if (protocol !== undefined) require('protocol', connection.protocol(), protocol);
  if (extensions !== undefined) require('extensions', connection.extensions(), extensions);
  for (const [name, wanted] of Object.entries(headers)) {
    const values = response.headers.filter(([each]) => each.toLowerCase() === name.toLowerCase());
    require(name, values.map(([, value]) => value).join(', ') || undefined, wanted);
  }
  return { pass, isFinal, received: () => facts.join(', ') };
}

function closingOf(
  connection: WireConnection,
  code: number,
  reason: string | RegExp | undefined,
): Look {
  const closing = connection.closing();
  const isReason =
    reason === undefined ||
    (reason instanceof RegExp ? reason.test(closing.reason) : closing.reason === reason);
  const close = `Close ${closing.code ?? 'without a code'} ${quote(Buffer.from(closing.reason))} from the ${closing.by}`;
  const received = {
    close,
    fin: `TCP ended by the ${closing.by}, without a Close frame`,
    rst: `TCP reset by the ${closing.by}, without a Close frame`,
    open: 'still open',
  }[closing.ending];
  const isFinal = closing.ending !== 'open';
  return { pass: closing.code === code && isReason, isFinal, received: () => received };
}

const inRule = ({ from, level, document, section, rule, requirement, observed }: BrokenRule) =>
  `${level.toUpperCase()} ${document} §${section} ${rule}: ${requirement}. Seen from the ${from === 'client' ? 'page' : 'server'}: ${observed}`;

/** What is broken at that level or above it. */
export function brokenRulesOf(
  connection: WireConnection,
  level: 'must' | 'should',
): readonly BrokenRule[] {
  return findBrokenRules(connection.conversation()).filter(
    (each) => each.level === 'must' || each.level === level,
  );
}

/** The rules in words, each with its bytes. */
export function explainBrokenRules(
  connection: WireConnection,
  rules: readonly BrokenRule[],
): string {
  return rules
    .map((each) => {
      const bytes =
        each.at &&
        annotate(connection.redactedTimeline(), {
          context: 1,
          mark: { ...each.at, note: each.rule },
        });
      return `${inRule(each)}${bytes ? `\n\n${bytes}` : ''}`;
    })
    .join('\n');
}

/** Playwright's `expect`, with matchers for connections. */
export const expect = baseExpect.extend({
  /** The handshake was accepted, with these results. */
  async toHaveOpened(connection: WireConnection, expected: ExpectedOpening = {}) {
    const seen = await settle(this, connection, expected, () => openingOf(connection, expected));
    const { timeout: _, ...wanted } = expected;
    const facts = Object.entries(wanted).map(([name, value]) =>
      name === 'headers'
        ? Object.entries(value as object)
            .map(([header, each]) => `${header}: ${each}`)
            .join(', ')
        : `${name}: ${value}`,
    );
    return result(this, 'toHaveOpened', connection, ['101', ...facts].join(', '), seen);
  },

  /** The page has sent such a message. */
  async toHaveSent(
    connection: WireConnection,
    message: MessageMatch,
    options: MatcherOptions = {},
  ) {
    return toHaveMessage(this, 'toHaveSent', 'page', connection, message, options);
  },

  /** The page was sent such a message by the server. */
  async toHaveReceived(
    connection: WireConnection,
    message: MessageMatch,
    options: MatcherOptions = {},
  ) {
    return toHaveMessage(this, 'toHaveReceived', 'server', connection, message, options);
  },

  /** The first Close frame has this code, and this reason if one is given. */
  async toHaveClosedWith(
    connection: WireConnection,
    code: number,
    reason?: string | RegExp,
    options: MatcherOptions = {},
  ) {
    const seen = await settle(this, connection, options, () => closingOf(connection, code, reason));
    const words =
      reason === undefined
        ? ''
        : ` ${reason instanceof RegExp ? reason : quote(Buffer.from(reason))}`;
    return result(this, 'toHaveClosedWith', connection, `Close ${code}${words}`, seen);
  },

  /** Neither the page nor the server has broken a rule so far. */
  async toConform(
    connection: WireConnection,
    level: 'must' | 'should' = 'must',
    options: MatcherOptions = {},
  ) {
    const broken = () => brokenRulesOf(connection, level);
    // What conforms now may break a rule later: only a negated matcher waits for that.
    const seen = await settle(this, connection, options, () => {
      const rules = broken();
      const isClosed = connection.isClosed();
      return {
        pass: this.isNot ? rules.length === 0 && isClosed : rules.length === 0,
        isFinal: rules.length > 0 || isClosed,
        received: () =>
          rules.length === 0 ? 'no broken rule' : rules.map(inRule).join('\n          '),
        ...(rules.length > 0 && { details: () => explainBrokenRules(connection, rules) }),
      };
    });
    const pass = broken().length === 0;
    return result(this, 'toConform', connection, `no rule broken (${level})`, { ...seen, pass });
  },
});
