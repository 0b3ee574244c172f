/**
 * Named checks of a conversation. A check returns what is wrong, or undefined. Those in
 * `ofEveryConversation` apply to every accepted connection, regardless of its case.
 */
import { isUtf8 } from 'node:buffer';
import { acceptFor } from '../format/handshake.ts';
import { PongOrigins } from '../format/pong-origin.ts';
import type { Conversation } from '../wire/conversation.ts';
import type { ObservedClose } from '../wire/direction.ts';
import { headerValues } from '../wire/http-head.ts';
import type { Message, ObservedFrame } from '../wire/messages.ts';
import { type Place, placeOf, placeOfHeader } from '../wire/place.ts';
import { otherSide, type Side } from '../wire/timeline.ts';
import { minimalLengthForm, opcodes } from '../wire/wire.ts';
import { findUninflatable } from './compression.ts';
import { extensionChecks } from './extension-checks.ts';
import type { Finding, WireRule } from './wire-rule.ts';

type FrameFault = (
  frame: ObservedFrame,
  conversation: Conversation,
) => string | Omit<Finding, 'at'> | undefined;

/** A check of each frame that the target sent. */
function everyFrame(check: Omit<WireRule, 'find'>, fault: FrameFault): WireRule {
  return {
    ...check,
    find(conversation, target) {
      for (const frame of conversation[target].frames) {
        const found = fault(frame, conversation);
        if (found === undefined) continue;
        const finding = typeof found === 'string' ? { observed: found } : found;
        return { ...finding, at: placeOf(frame) };
      }
      return undefined;
    },
  };
}

const isControl = (frame: ObservedFrame) => frame.opcode >= 8;
const known = new Set<number>(Object.values(opcodes));

export const ofEveryConversation: readonly WireRule[] = [
  ...extensionChecks,
  {
    rule: 'wrong-accept',
    document: 'RFC 6455',
    section: '4.2.2',
    requirement: 'the response has the accept value that follows from the key of the request',
    expected: 'one Sec-WebSocket-Accept, computed from the key',
    find({ client, server }, target) {
      if (target !== 'server' || !server.head || !client.head) return undefined;
      const values = headerValues(server.head, 'Sec-WebSocket-Accept');
      const key = headerValues(client.head, 'Sec-WebSocket-Key')[0] ?? '';
      if (values.length === 1 && values[0] === acceptFor(key)) return undefined;
      const at = placeOfHeader(server.head, 'server', 'Sec-WebSocket-Accept');
      if (values.length === 0) return { observed: 'no Sec-WebSocket-Accept', at };
      const seen = values.length > 1 ? 'Sec-WebSocket-Accept twice' : 'another accept value';
      return { observed: values.join(' and '), seen, at };
    },
  },
  everyFrame(
    {
      rule: 'wrong-masking',
      document: 'RFC 6455',
      section: '5.1',
      requirement: 'a client masks every frame it sends, and a server masks none',
      expected: 'every frame of a client masked, none of a server',
    },
    ({ from, maskKey }) => {
      if ((maskKey !== undefined) === (from === 'client')) return undefined;
      return maskKey ? 'a masked frame from the server' : 'an unmasked frame from the client';
    },
  ),
  everyFrame(
    {
      rule: 'non-minimal-length',
      document: 'RFC 6455',
      section: '5.2',
      requirement: 'a length is written in the shortest form that fits',
      expected: 'the shortest length field that fits',
    },
    ({ lengthForm, declaredLength }) =>
      lengthForm === minimalLengthForm(declaredLength)
        ? undefined
        : {
            observed: `${declaredLength} bytes in the ${lengthForm}-bit length field`,
            seen: 'a longer length field than is needed',
          },
  ),
  everyFrame(
    {
      rule: 'reserved-bit',
      document: 'RFC 6455',
      section: '5.2',
      requirement: 'a reserved bit is 0 where no extension gives it a meaning',
      expected: 'reserved bits of 0 where no extension gives them a meaning',
    },
    (frame, { deflate }) => {
      if (frame.rsv2 || frame.rsv3) return `RSV${frame.rsv2 ? 2 : 3} set`;
      if (!frame.rsv1) return undefined;
      if (!deflate) return 'RSV1 set without an extension';
      // RFC 7692 §6: only the first frame of a data message carries the bit.
      if (isControl(frame)) return 'RSV1 set on a control frame';
      return frame.opcode === opcodes.continuation ? 'RSV1 set on a continuation' : undefined;
    },
  ),
  everyFrame(
    {
      rule: 'reserved-opcode',
      document: 'RFC 6455',
      section: '5.2',
      requirement: 'opcodes that are not defined are reserved',
      expected: 'an opcode that the protocol defines',
    },
    ({ opcode }) => (known.has(opcode) ? undefined : `opcode ${opcode}`),
  ),
  everyFrame(
    {
      rule: 'bad-control-frame',
      document: 'RFC 6455',
      section: '5.5',
      requirement: 'a control frame is not fragmented and has at most 125 bytes of payload',
      expected: 'control frames unfragmented and of at most 125 bytes',
    },
    (frame) => {
      if (!isControl(frame)) return undefined;
      if (!frame.fin) return 'a control frame without FIN';
      return frame.declaredLength > 125n
        ? {
            observed: `a control frame of ${frame.declaredLength} bytes`,
            seen: 'a control frame of more than 125 bytes',
          }
        : undefined;
    },
  ),
  {
    rule: 'bad-fragmentation',
    document: 'RFC 6455',
    section: '5.4',
    requirement: 'a message is whole before another begins',
    expected: 'a continuation only inside a message, a new message only outside of one',
    find(conversation, target) {
      let inside = false;
      for (const frame of conversation[target].frames) {
        if (isControl(frame)) continue;
        const continues = frame.opcode === opcodes.continuation;
        if (continues !== inside) {
          const observed = continues ? 'a continuation of nothing' : 'a message inside another';
          return { observed, at: placeOf(frame) };
        }
        inside = !frame.fin;
      }
      return undefined;
    },
  },
  {
    rule: 'invalid-utf8',
    document: 'RFC 6455',
    section: '8.1',
    requirement: 'a text message is UTF-8',
    expected: 'text messages in UTF-8',
    find(conversation, target) {
      const bad = conversation[target].messages.find(
        ({ type, data }) => type === 'text' && data !== undefined && !isUtf8(data),
      );
      return bad && { observed: 'a text message that is not UTF-8', at: placeOfMessage(bad) };
    },
  },
  {
    rule: 'invalid-deflate',
    document: 'RFC 7692',
    section: '7.2.1',
    requirement: 'a message is compressed as the handshake agreed',
    expected: 'compressed messages that can be inflated with what was agreed',
    find(conversation, target) {
      const bad = findUninflatable(conversation, target);
      if (!bad) return undefined;
      const { message, seen } = bad;
      return { observed: observedFailure(message, seen), seen, at: placeOfMessage(message) };
    },
  },
  {
    rule: 'bad-close-payload',
    document: 'RFC 6455',
    section: '5.5.1',
    requirement: 'a Close body is a code that may be sent, and a reason in UTF-8',
    expected: 'a Close frame with no body, or a code that may be sent and a reason in UTF-8',
    find(conversation, target) {
      const close = conversation[target].close;
      if (!close || close.frame.payload.length === 0) return undefined;
      const at = placeOf(close.frame);
      if (close.code === undefined) return { observed: 'a Close body of one byte', at };
      if (neverSent(close.code)) return { observed: `close code ${close.code}`, at };
      return isUtf8(close.reason) ? undefined : { observed: 'a reason that is not UTF-8', at };
    },
  },
  {
    rule: 'frame-after-close',
    document: 'RFC 6455',
    section: '5.5.1',
    requirement: 'an endpoint sends no more data after its Close frame',
    expected: 'nothing after the Close frame but pings, heartbeats and pongs that are owed',
    find(conversation, target) {
      const { frames, close } = conversation[target];
      if (!close) return undefined;
      const owed = pongsOwedBehindClose(close, conversation, target);
      const heartbeats = heartbeatsOf(conversation, target);
      // RFC 6455 §5.5.2: a ping may be sent until the connection is closed.
      const after = frames
        .slice(frames.indexOf(close.frame) + 1)
        .find((frame) =>
          frame.opcode === opcodes.pong
            ? !owed.has(inLatin1(frame.payload)) && !heartbeats.has(frame)
            : frame.opcode !== opcodes.ping,
        );
      return after && { observed: `a frame with opcode ${after.opcode}`, at: placeOf(after) };
    },
  },
];

/**
 * RFC 6455 §7.4.1: codes of a connection that failed over a frame or the handshake. With any other the
 * application may have closed: because of a kind of message, its policy or an internal error.
 */
const codesOfFailure: readonly number[] = [1002, 1007, 1009, 1010];

/**
 * RFC 6455 §5.5.2: a ping is answered until a Close has come, the target's own Close or not. Who has
 * failed the connection answers nothing any more (§7.1.7).
 */
function pongsOwedBehindClose(
  { code = 1005 }: ObservedClose,
  conversation: Conversation,
  target: Side,
): ReadonlySet<string> {
  if (codesOfFailure.includes(code)) return new Set();
  const { frames, close } = conversation[otherSide(target)];
  const pings = frames
    .slice(0, close && frames.indexOf(close.frame))
    .filter(({ opcode }) => opcode === opcodes.ping);
  return new Set(pings.map(({ payload }) => inLatin1(payload)));
}

/** RFC 6455 §5.5.3: a pong that answers nothing may be sent at any time. */
function heartbeatsOf(conversation: Conversation, target: Side): ReadonlySet<ObservedFrame> {
  const origins = PongOrigins.of(conversation, target);
  const pongs = conversation.events.flatMap((event) =>
    event.kind === 'pong' && event.from === target && origins.get(event) !== 'answer'
      ? [event.frame]
      : [],
  );
  return new Set(pongs);
}

function observedFailure({ inflateFailure }: Message, seen: string): string {
  return seen === inflateFailure ? seen : `${seen}: ${inflateFailure}`;
}

const inLatin1 = (octets: Uint8Array) => Buffer.from(octets).toString('latin1');

function placeOfMessage(message: Message): Place {
  const first = message.frames[0]!;
  const last = placeOf(message.frames.at(-1)!);
  return {
    from: message.from,
    offset: first.offset,
    length: last.offset + last.length - first.offset,
  };
}

/** RFC 6455 §7.4.1, §7.4.2: codes that no endpoint puts into a Close frame. */
function neverSent(code: number): boolean {
  return code < 1000 || [1005, 1006, 1015].includes(code);
}
