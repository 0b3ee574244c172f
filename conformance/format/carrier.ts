/**
 * How a message of the application carries what a case sends. An application that does not know a
 * text may close the connection over it, so that nothing is seen of the rule that the text is about.
 */
import type { ApplicationMessage } from './application-message.ts';
import { endsConnection, isAnswered, type TargetBehaviour } from './target-behaviour.ts';

/** What stands before and after the octets that are carried. */
export interface Carrier {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

const nothing = new Uint8Array(0);
const space = 0x20;

/** The message with as many spaces after it, which a JSON text may have (RFC 8259 §2). */
export function padded({ payload }: ApplicationMessage, length: number): Uint8Array | undefined {
  if (length < payload.length) return undefined;
  return Buffer.concat([payload, Buffer.alloc(length - payload.length, space)]);
}

/**
 * Where the message has room for other octets: in one more member of a JSON object, or at the end of
 * the last text in quotes. Whether the application takes them there is for a probe to find out.
 */
export function extended({ payload }: ApplicationMessage): Carrier | undefined {
  const text = Buffer.from(payload).toString().trimEnd();
  if (!isObject(text)) return afterLastText(text);
  const start = text.slice(0, -1).trimEnd();
  const comma = start === '{' ? '' : ',';
  return { before: Buffer.from(`${start}${comma}"framewright":"`), after: Buffer.from('"}') };
}

function afterLastText(text: string): Carrier | undefined {
  const [, before, after] = /^(.*"[^"]*)("[^"]*)$/s.exec(text) ?? [];
  if (before === undefined || after === undefined) return undefined;
  return { before: Buffer.from(before), after: Buffer.from(after) };
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** Octets that mean something else inside a JSON string, or may not be in one (RFC 8259 §7). */
const isPlain = (octet: number) => octet >= space && octet !== 0x22 && octet !== 0x5c;

export const carry = ({ before, after }: Carrier, octets: Uint8Array): Uint8Array =>
  Buffer.concat([before, octets, after]);

/** What the application of a target is known to understand. */
export class Vocabulary {
  readonly #message: ApplicationMessage;
  readonly #behaviour: TargetBehaviour;

  constructor(message: ApplicationMessage, behaviour: TargetBehaviour) {
    this.#message = message;
    this.#behaviour = behaviour;
  }

  /** Whether the user's message is answered in this type. */
  knows(type: 'text' | 'binary'): boolean {
    const reaction = this.#behaviour.message?.[type];
    return reaction !== undefined && isAnswered(reaction);
  }

  /** Whether each of several messages is answered, not all of them at once. */
  get isEachAnswered(): boolean {
    return this.#behaviour.message?.answersEach === true;
  }

  /** Whether it is answered in fragments, too. */
  get isTakenInFragments(): boolean {
    const { fragments } = this.#behaviour.message ?? {};
    return fragments !== undefined && isAnswered(fragments);
  }

  /** The message itself. */
  get plain(): Uint8Array {
    return this.#message.payload;
  }

  /** The message with a length, if the application takes one with spaces at its end. */
  ofLength(length: number): Uint8Array | undefined {
    const { padded: reaction } = this.#behaviour.message ?? {};
    const isTaken = length === this.plain.length || (reaction && isAnswered(reaction));
    return isTaken ? padded(this.#message, length) : undefined;
  }

  /** What carries these octets, if the application takes a message with one more member. */
  around(octets: Uint8Array): Carrier | undefined {
    const { extended: reaction } = this.#behaviour.message ?? {};
    if (!reaction || !isAnswered(reaction) || !octets.every(isPlain)) return undefined;
    return extended(this.#message);
  }

  /** Whether the target stays, whatever the message says. */
  tolerates(type: 'text' | 'binary', isFragmented: boolean, isEmpty: boolean): boolean {
    const { text, binary, fragments, emptyText } = this.#behaviour.reactions;
    const asked = [
      type === 'text' ? text : binary,
      ...(isFragmented ? [fragments] : []),
      ...(isEmpty && type === 'text' ? [emptyText] : []),
    ];
    return !asked.some(endsConnection);
  }
}

export const noCarrier: Carrier = { before: nothing, after: nothing };
