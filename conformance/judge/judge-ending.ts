/** Looks at how a connection ended: Close, FIN, RST, or none of them in time. */

import type { Case } from '../case.ts';
import type { CloseCode } from '../expectation.ts';
import type { Conversation } from '../wire/conversation.ts';
import { otherSide, type Side } from '../wire/timeline.ts';
import { opcodes } from '../wire/wire.ts';
import { type Place, placeOf } from './check.ts';
import { describeCodes, describeEnding } from './sentences.ts';
import { ruleOf, type Violation } from './violation.ts';

export function findInEnding(
  testCase: Case,
  conversation: Conversation,
  role: Side,
): Violation | undefined {
  const { ending } = testCase.expect;
  switch (ending.kind) {
    case 'normal':
      return findInClose([1000, 'none'], conversation, role);
    case 'closed':
      return findInClose(ending.codes, conversation, role);
    case 'failed':
      return findInFailure(testCase, ending, conversation, role);
    case 'pending': {
      const { close, ending: tcp } = conversation[role];
      const waits = !close && tcp.how !== 'fin' && tcp.how !== 'rst';
      return waits ? undefined : findInFailure(testCase, ending, conversation, role);
    }
    case 'gone':
      return findTcpLeftOpen(conversation, role);
    default:
      return undefined;
  }
}

/** RFC 6455 §5.5.1: a Close is answered with a Close, and the server then closes TCP. */
function findInClose(
  codes: readonly CloseCode[],
  conversation: Conversation,
  role: Side,
): Violation | undefined {
  const { close } = conversation[role];
  if (!close) {
    return {
      rule: 'no-close-frame',
      weight: 'of the case',
      expected: 'a Close frame in answer to a Close frame',
      observed: describeEnding(conversation, role),
      reference: 'RFC 6455 §5.5.1',
    };
  }
  if (!codes.includes(close.code ?? 'none')) {
    return {
      rule: 'wrong-close-code',
      // The answer typically echoes the code: §5.5.1 says no more, codes that are illegal aside.
      weight: 'should',
      expected: `a Close with ${describeCodes(codes)}`,
      observed: describeEnding(conversation, role),
      at: placeOf(close.frame),
    };
  }
  return findTcpLeftOpen(conversation, role);
}

function findInFailure(
  testCase: Case,
  { codes, orDropped }: { readonly codes: readonly CloseCode[]; readonly orDropped?: true },
  conversation: Conversation,
  role: Side,
): Violation | undefined {
  const { close, ending } = conversation[role];
  const observed = describeEnding(conversation, role);
  if (!close && ending.how !== 'fin' && ending.how !== 'rst') {
    return {
      rule: ruleOf(testCase),
      weight: 'of the case',
      observed,
      at: lastOf(conversation, role),
    };
  }
  if (!close && orDropped) return undefined;
  if (!close && ending.how === 'rst' && writesBehindFatalBytes(testCase)) return undefined;
  if (!close) {
    return {
      rule: 'failed-without-close-frame',
      weight: 'should',
      expected: `a Close with ${describeCodes(codes)} before the connection is dropped`,
      observed,
      reference: 'RFC 6455 §7.1.7',
    };
  }
  if (!codes.includes(close.code ?? 'none')) {
    const wrong = { rule: 'wrong-close-code', observed, at: placeOf(close.frame) };
    return orDropped || saysThatItFailed(conversation, role)
      ? { ...wrong, weight: 'should', reference: 'RFC 6455 §7.1.7' }
      : { ...wrong, weight: 'of the case' };
  }
  return findTcpLeftOpen(conversation, role);
}

/**
 * The peer goes on while the target fails the connection, and bytes that nobody reads turn its FIN
 * into a reset. A reset flushes what was on its way (RFC 9293 §3.10.7.4), a Close frame too: that
 * none was seen does not show that none was sent.
 */
const writesBehindFatalBytes = ({ steps }: Case) => steps.some(({ kind }) => kind === 'segments');

/**
 * RFC 6455 §7.1.7 asks for a fitting code as a SHOULD. A code that names another error still says
 * that the connection failed; 1000 says that it ended well, which is no failing at all, and so does
 * a Close without a code where it answers the peer's own.
 */
function saysThatItFailed(conversation: Conversation, role: Side): boolean {
  const code = conversation[role].close?.code;
  if (code !== undefined) return code >= 1002 && code < 3000;
  const closes = conversation.events.filter(({ kind }) => kind === 'close');
  const [first] = closes;
  return first !== undefined && 'from' in first && first.from === role;
}

/**
 * RFC 6455 §5.5.1: a server closes TCP at once; a client may wait until the server has done so, and
 * closes it then.
 */
function findTcpLeftOpen(conversation: Conversation, role: Side): Violation | undefined {
  const { ending } = conversation[role];
  const peer = conversation[otherSide(role)];
  if (ending.how === 'fin' || ending.how === 'rst' || peer.ending.how === 'rst') return undefined;
  return {
    rule: 'tcp-left-open',
    weight: role === 'server' || peer.ending.how === 'fin' ? 'of the case' : 'should',
    expected: 'the end of TCP',
    observed: describeEnding(conversation, role),
    reference: role === 'server' ? 'RFC 6455 §7.1.1' : 'RFC 6455 §5.5.1',
  };
}

/** The peer's last frame before its probe: the provocation, as far as one frame can be named. */
function lastOf(conversation: Conversation, role: Side): Place | undefined {
  const { frames, rest } = conversation[otherSide(role)];
  if (rest.frame) return placeOf(rest.frame);
  const last = frames.at(-1);
  const before = frames.at(-2);
  if (!last) return undefined;
  return placeOf(last.opcode === opcodes.ping && before ? before : last);
}
