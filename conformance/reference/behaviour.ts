/**
 * What a correct echo server does, one decision at a time. A faulty peer replaces one of them, so
 * that nothing else about it is wrong.
 */
import { isUtf8 } from 'node:buffer';
import { acceptFor } from '../format/handshake.ts';
import { type HttpHead, headerList, headerValues } from '../wire/http-head.ts';
import type { DeflateDirection, Extension } from '../wire/negotiation.ts';
import type { Side } from '../wire/timeline.ts';
import { type FrameToWrite, minimalLengthForm, opcodes, type ReadFrame } from '../wire/wire.ts';

/** The status to refuse with, or undefined where the rule is kept. */
type RequestRule = (request: HttpHead) => number | undefined;
/** The code to fail the connection with, or undefined where the rule is kept. */
export type FrameRule = (frame: ReadFrame, state: ConnectionState) => number | undefined;

/** What a rule may know beside the frame. */
interface ConnectionState {
  readonly insideMessage: boolean;
  /** Its own Close has been sent. */
  readonly closing: boolean;
  readonly deflate: boolean;
  /** Of the one who judges the frame. */
  readonly role: Side;
}

export interface EchoedMessage {
  readonly type: 'text' | 'binary';
  readonly data: Uint8Array;
  /** Whether it came compressed; the echo is then compressed too. */
  readonly compressed: boolean;
}

export interface Behaviour {
  /** Whether a head is put together that comes in several segments. */
  readonly headInPieces: boolean;
  /** Whether the bytes after the head in its last segment are kept. */
  readonly bytesBehindHead: 'kept' | 'lost';
  /** What becomes of frames that share a segment, or are spread over several. */
  readonly segments: 'joined' | 'read apart' | 'read up to one frame';
  /** How many bits of a length count; with fewer than 63 a frame is whole too early. */
  readonly lengthBits: 63 | 32;
  /** Whether other connections are served after one was reset. */
  readonly survivesResets: boolean;
  /** The payload as the application gets it. */
  readonly unmask: (frame: ReadFrame) => Uint8Array;
  readonly request: Readonly<Record<string, RequestRule>>;
  /** Lines of the head that refuses. */
  readonly refuse: (status: number, request: HttpHead) => readonly string[];
  /** Whether TCP is ended after a refusal. */
  readonly endsRefusals: boolean;
  /** Chooses among the offered extensions. */
  readonly agree: (offers: readonly Extension[]) => Extension | undefined;
  /** Lines of the 101. */
  readonly respond: (request: HttpHead, extension: string | undefined) => readonly string[];
  /** Sent right after the 101. */
  readonly greet: readonly FrameToWrite[];
  /** What it sends at intervals, until it has sent a Close. */
  readonly heartbeat: { readonly every: number; readonly frame: FrameToWrite } | undefined;
  /** Rules that a frame's header decides; they are looked at before the payload has come. */
  readonly header: Readonly<Record<string, FrameRule>>;
  readonly payload: Readonly<Record<string, FrameRule>>;
  /** Whether text is good, given all of it. */
  readonly text: (data: Uint8Array) => boolean;
  readonly echo: (message: EchoedMessage) => readonly EchoedMessage[];
  /** The code with which its application closes after that message, if it does. */
  readonly leave: (message: EchoedMessage) => number | undefined;
  /** Whether a control frame inside a compressed message leaves the message compressed. */
  readonly compressedAcrossControls: boolean;
  /** What its fragments make of a message. */
  readonly join: (payloads: readonly Uint8Array[]) => Uint8Array;
  /** Payloads of the pongs that answer a ping; `closing` once its own Close has been sent. */
  readonly pong: (payload: Uint8Array, closing: boolean) => readonly Uint8Array[];
  /** Payloads of the pongs that answer a pong. */
  readonly pongToPong: (payload: Uint8Array) => readonly Uint8Array[];
  /** Body of the Close that answers a Close; undefined for no answer. */
  readonly answerClose: (body: Uint8Array) => Uint8Array | undefined;
  /** Body of the Close that fails a connection; undefined drops it without; or goes on. */
  readonly fail: (code: number) => Uint8Array | undefined | 'go on';
  /** How TCP ends after a closing handshake or a failure. */
  readonly end: 'fin' | 'rst' | 'never';
  /** Whether what comes after a Close is answered, another Close included. */
  readonly answersAfterClose: boolean;
  /** A last look at each frame that is written. */
  readonly dress: (frame: FrameToWrite) => FrameToWrite;
  /** How it compresses, given what was agreed. */
  readonly deflate: (agreed: DeflateDirection) => DeflateDirection;
  readonly inflate: (agreed: DeflateDirection) => DeflateDirection;
}

/** A peer that is wrong in one way, and the cases that have to find it out. */
export interface FaultyPeer {
  readonly name: string;
  readonly behaviour: Partial<Behaviour>;
  /** Whether the same cases find a client that is wrong in this way. Default: it can. */
  readonly asClient?: false;
  /** Where what it gets wrong is a SHOULD, whatever the level of the case that shows it. */
  readonly breaks?: 'should';
  /** The name of the rule that has to be named, where all cases name the same. */
  readonly rule?: string;
  /** Globs of case ids. */
  readonly fails: readonly string[];
}

/** The rules but for one. */
export function without<Rule>(
  rules: Readonly<Record<string, Rule>>,
  ...names: readonly string[]
): Readonly<Record<string, Rule>> {
  for (const name of names) if (!(name in rules)) throw new Error(`there is no rule ${name}`);
  return Object.fromEntries(Object.entries(rules).filter(([name]) => !names.includes(name)));
}

export function closeBody(code: number, reason = ''): Uint8Array {
  return Buffer.concat([Uint8Array.of(code >> 8, code & 0xff), Buffer.from(reason)]);
}

const closeCodeIn = (body: Uint8Array) =>
  body.length < 2 ? undefined : Buffer.from(body).readUInt16BE(0);
/** RFC 6455 §7.4; 1012 to 1014 came later by IANA's registry. */
const isDefined = (code: number) =>
  (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) ||
  (code >= 3000 && code <= 4999);
const isControl = ({ opcode }: ReadFrame) => opcode >= 8;
const isToken = (text: string) => /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(text);
const only = (values: readonly string[]) => (values.length === 1 ? values[0] : undefined);
const hasToken = (request: HttpHead, header: string, token: string) =>
  headerList(request, header).some((member) => member.toLowerCase() === token);

export const correct: Behaviour = {
  headInPieces: true,
  bytesBehindHead: 'kept',
  segments: 'joined',
  lengthBits: 63,
  survivesResets: true,
  unmask: ({ payload }) => payload,
  request: {
    method: ({ startLine }) =>
      startLine.kind === 'request' && startLine.method === 'GET' ? undefined : 405,
    target: ({ startLine }) =>
      startLine.kind === 'request' && /^(http:\/\/[^/ ]+)?\/[^# ]*$/.test(startLine.target)
        ? undefined
        : 400,
    version: ({ startLine }) => (startLine.version === 'HTTP/1.1' ? undefined : 400),
    host: (request) =>
      /^[^@/ ]+$/.test(only(headerValues(request, 'Host')) ?? '') ? undefined : 400,
    upgrade: (request) => (hasToken(request, 'Upgrade', 'websocket') ? undefined : 426),
    connection: (request) => (hasToken(request, 'Connection', 'upgrade') ? undefined : 400),
    key: (request) => {
      const key = only(headerValues(request, 'Sec-WebSocket-Key')) ?? '';
      return /^[A-Za-z0-9+/]{21}[AQgw]==$/.test(key) ? undefined : 400;
    },
    protocolVersion: (request) =>
      only(headerValues(request, 'Sec-WebSocket-Version')) === '13' ? undefined : 426,
    origin: (request) => {
      const own = `http://${headerValues(request, 'Host')[0]}`;
      return headerValues(request, 'Origin').every((origin) => origin === own) ? undefined : 403;
    },
    body: (request) =>
      headerValues(request, 'Transfer-Encoding').length === 0 &&
      headerValues(request, 'Content-Length').every((length) => length === '0')
        ? undefined
        : 400,
    grammar: ({ anomalies }) =>
      anomalies.every(({ name }) => name === 'leading-empty-line') ? undefined : 400,
    names: ({ headers }) => (headers.every(({ name }) => isToken(name)) ? undefined : 400),
  },
  refuse: (status) => [
    `HTTP/1.1 ${status} Refused`,
    'Allow: GET',
    'Upgrade: websocket',
    'Connection: Upgrade, close',
    'Sec-WebSocket-Version: 13',
    'Content-Length: 0',
  ],
  endsRefusals: true,
  agree: (offers) =>
    offers
      .filter(({ name }) => name === 'permessage-deflate')
      .map(answerTo)
      .find((answer) => answer !== undefined),
  respond: (request, extension) => [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${acceptFor(headerValues(request, 'Sec-WebSocket-Key')[0] ?? '')}`,
    ...(extension ? [`Sec-WebSocket-Extensions: ${extension}`] : []),
  ],
  greet: [],
  heartbeat: undefined,
  header: {
    masking: ({ maskKey }, { role }) =>
      (maskKey !== undefined) === (role === 'server') ? undefined : 1002,
    // RFC 7692 §6: RSV1 stands on the first frame of a data message.
    rsv1: (frame, { deflate }) =>
      frame.rsv1 && (!deflate || isControl(frame) || frame.opcode === opcodes.continuation)
        ? 1002
        : undefined,
    rsv2: ({ rsv2 }) => (rsv2 ? 1002 : undefined),
    rsv3: ({ rsv3 }) => (rsv3 ? 1002 : undefined),
    opcode: ({ opcode }) => ((opcode & 7) > 2 ? 1002 : undefined),
    controlLength: (frame) => (isControl(frame) && frame.declaredLength > 125n ? 1002 : undefined),
    controlFin: (frame) => (isControl(frame) && !frame.fin ? 1002 : undefined),
    minimalLength: ({ lengthForm, declaredLength }) =>
      lengthForm === minimalLengthForm(declaredLength) ? undefined : 1002,
    sixtyThreeBits: ({ declaredLength }) => (declaredLength >> 63n ? 1002 : undefined),
    maximum: ({ declaredLength }) => (declaredLength > 64n << 20n ? 1009 : undefined),
    continuation: ({ opcode }, { insideMessage }) =>
      opcode === opcodes.continuation && !insideMessage ? 1002 : undefined,
    newMessage: ({ opcode }, { insideMessage }) =>
      (opcode === opcodes.text || opcode === opcodes.binary) && insideMessage ? 1002 : undefined,
  },
  payload: {
    closeLength: ({ opcode, payload }) =>
      opcode === opcodes.close && payload.length === 1 ? 1002 : undefined,
    closeCode: ({ opcode, payload }) => {
      const code = opcode === opcodes.close ? closeCodeIn(payload) : undefined;
      return code === undefined || isDefined(code) ? undefined : 1002;
    },
    closeReason: ({ opcode, payload }) =>
      opcode === opcodes.close && !isUtf8(payload.subarray(2)) ? 1007 : undefined,
  },
  text: isUtf8,
  echo: (message) => [message],
  leave: () => undefined,
  compressedAcrossControls: true,
  join: (payloads) => (payloads.length === 1 ? payloads[0]! : Buffer.concat(payloads)),
  pong: (payload) => [payload],
  pongToPong: () => [],
  answerClose: (body) => body.subarray(0, 2),
  fail: (code) => closeBody(code),
  end: 'fin',
  answersAfterClose: false,
  dress: (frame) => frame,
  deflate: (agreed) => agreed,
  inflate: (agreed) => agreed,
};

/** RFC 7692 §7.1: an offer with a parameter unknown, repeated or out of range is declined. */
function answerTo(offer: Extension): Extension | undefined {
  const names = offer.parameters.map(([name]) => name);
  if (new Set(names).size !== names.length) return undefined;
  const answer: [string, string | undefined][] = [];
  for (const [name, value] of offer.parameters) {
    if (name === 'server_no_context_takeover' || name === 'client_no_context_takeover') {
      if (value !== undefined) return undefined;
      answer.push([name, undefined]);
    } else if (name === 'server_max_window_bits') {
      if (!isWindow(value)) return undefined;
      answer.push([name, value]);
    } else if (name !== 'client_max_window_bits' || !(value === undefined || isWindow(value))) {
      return undefined;
    }
  }
  return { name: offer.name, parameters: answer };
}

const isWindow = (value: string | undefined) =>
  value !== undefined && /^([89]|1[0-5])$/.test(value);
