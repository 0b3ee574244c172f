/** permessage-deflate: negotiation, and one connection's use of it. RFC 7692 §7. */
import type { Extension } from './header-grammar.ts';
import {
  codec,
  deflateOptions,
  type Effort,
  flushTail,
  inflateOptions,
  type RawDeflateCodec,
  withoutTail,
} from './raw-deflate.ts';
import type { Failure } from './violations.ts';
import { failures } from './violations.ts';

/** How this server compresses. */
export interface CompressionSettings {
  /**
   * Whether each side may refer to earlier messages: smaller messages, at up to 64 KiB per
   * connection and about five times the work. Without it a connection keeps no window.
   */
  readonly contextTakeover: boolean;
  /** Our window, 8-15: never larger than the client asked for. */
  readonly serverMaxWindowBits: number;
  /** The client's window, 8-15: requested from clients that accept the parameter. */
  readonly clientMaxWindowBits: number;
  /** zlib's level, 1 (fast) to 9 (small). */
  readonly level: number;
  /** Messages of fewer bytes are sent uncompressed. */
  readonly threshold: number;
}

/** The negotiated parameters. RFC 7692 §7.1. */
export interface DeflateParameters {
  readonly serverNoContextTakeover: boolean;
  readonly clientNoContextTakeover: boolean;
  readonly serverMaxWindowBits: number;
  readonly clientMaxWindowBits: number;
}

interface Offer {
  serverNoContextTakeover: boolean;
  clientNoContextTakeover: boolean;
  serverMaxWindowBits: number | undefined;
  /** `true`: the server may choose. */
  clientMaxWindowBits: number | true | undefined;
}

/** The first acceptable offer (RFC 6455 §9.1: offers are in order of preference), or none. */
export function negotiateDeflate(
  offers: readonly Extension[],
  settings: CompressionSettings,
): { parameters: DeflateParameters; response: string } | undefined {
  for (const extension of offers) {
    if (extension.name !== 'permessage-deflate') continue;
    const offer = readOffer(extension);
    if (offer !== undefined) return accept(offer, settings);
  }
  return undefined;
}

// RFC 7692 §7.1: a parameter that is unknown, repeated or out of range makes the offer unacceptable.
function readOffer(extension: Extension): Offer | undefined {
  const offer: Offer = {
    serverNoContextTakeover: false,
    clientNoContextTakeover: false,
    serverMaxWindowBits: undefined,
    clientMaxWindowBits: undefined,
  };
  const seen = new Set<string>();
  for (const [name, value] of extension.parameters) {
    if (seen.has(name)) return undefined;
    seen.add(name);
    const bits = windowBits(value);
    // §7.1.1: these two have no value. §7.1.2.1: this one has. §7.1.2.2: this one may.
    if (name === 'server_no_context_takeover' && value === true)
      offer.serverNoContextTakeover = true;
    else if (name === 'client_no_context_takeover' && value === true)
      offer.clientNoContextTakeover = true;
    else if (name === 'server_max_window_bits' && bits !== undefined)
      offer.serverMaxWindowBits = bits;
    else if (name === 'client_max_window_bits' && value === true) offer.clientMaxWindowBits = true;
    else if (name === 'client_max_window_bits' && bits !== undefined)
      offer.clientMaxWindowBits = bits;
    else return undefined;
  }
  return offer;
}

/** RFC 7692 §7.1.2: 8 to 15, in decimal and without leading zeros. */
function windowBits(value: string | true): number | undefined {
  return value !== true && /^(?:[89]|1[0-5])$/.test(value) ? Number(value) : undefined;
}

function accept(offer: Offer, settings: CompressionSettings) {
  const { contextTakeover } = settings;
  const parameters: DeflateParameters = {
    // §7.1.1.1, §7.1.1.2: granted on request; a server may also require both unasked.
    serverNoContextTakeover: offer.serverNoContextTakeover || !contextTakeover,
    clientNoContextTakeover: offer.clientNoContextTakeover || !contextTakeover,
    serverMaxWindowBits: Math.min(offer.serverMaxWindowBits ?? 15, settings.serverMaxWindowBits),
    // §7.1.2.2: never sent to a client whose offer does not allow it.
    clientMaxWindowBits:
      offer.clientMaxWindowBits === undefined
        ? 15
        : Math.min(
            offer.clientMaxWindowBits === true ? 15 : offer.clientMaxWindowBits,
            settings.clientMaxWindowBits,
          ),
  };
  let response = 'permessage-deflate';
  if (parameters.serverNoContextTakeover) response += '; server_no_context_takeover';
  if (parameters.clientNoContextTakeover) response += '; client_no_context_takeover';
  if (offer.serverMaxWindowBits !== undefined || parameters.serverMaxWindowBits < 15) {
    response += `; server_max_window_bits=${parameters.serverMaxWindowBits}`;
  }
  if (parameters.clientMaxWindowBits < 15) {
    response += `; client_max_window_bits=${parameters.clientMaxWindowBits}`;
  }
  return { parameters, response };
}

/** From this size of input or output on, a message is not processed while others wait. */
export const largestAtOnce = { input: 64 * 1024, output: 256 * 1024 };

/** Work for a thread: give `input` and `options` to zlib, and the result back. */
export interface DeflateJob {
  readonly input: Buffer;
  readonly options: ReturnType<typeof inflateOptions> | ReturnType<typeof deflateOptions>;
}

/** One connection's compression, in both directions. */
export class Compression {
  readonly #parameters: DeflateParameters;
  readonly #maxMessageBytes: number;
  readonly #threshold: number;
  readonly #effort: Effort;
  readonly #codec: RawDeflateCodec;
  #received: Buffer | undefined;
  #sent: Buffer | undefined;

  constructor(
    parameters: DeflateParameters,
    maxMessageBytes: number,
    { threshold, level }: Pick<CompressionSettings, 'threshold' | 'level'>,
    codecToUse = codec,
  ) {
    this.#parameters = parameters;
    this.#maxMessageBytes = maxMessageBytes;
    this.#threshold = threshold;
    this.#effort = { windowBits: parameters.serverMaxWindowBits, level };
    this.#codec = codecToUse;
  }

  /** Inflates bytes[start, end), valid until the next call; `later` if it needs an `inflateJob`. */
  inflate(bytes: Buffer, start: number, end: number): Buffer | Failure | 'later' {
    const limit = this.#maxMessageBytes;
    if (end - start > largestAtOnce.input) return 'later';
    const atOnce = Math.min(limit, largestAtOnce.output);
    const inflated = this.#codec.inflate(bytes, start, end, atOnce, this.#received);
    if (inflated === failures['message-too-big'] && atOnce < limit) return 'later';
    if (Buffer.isBuffer(inflated)) this.#rememberReceived(inflated);
    return inflated;
  }

  inflateJob(payload: Buffer): DeflateJob {
    const input = Buffer.concat([payload, flushTail]);
    return { input, options: inflateOptions(this.#maxMessageBytes, this.#received) };
  }

  /** The result of an `inflateJob`: what came out, and how many bytes of the input went in. */
  inflated(payload: Buffer, output: Buffer, used: number): Buffer | Failure {
    const whole = payload.length - used <= 0;
    // The stream ended inside the message: rare, and redone by code that can start another stream.
    const result = whole
      ? output
      : this.#codec.inflate(payload, 0, payload.length, this.#maxMessageBytes, this.#received);
    if (!Buffer.isBuffer(result)) return result;
    if (result.length > this.#maxMessageBytes) return failures['message-too-big'];
    this.#rememberReceived(result);
    return result;
  }

  /** Whether a message is compressed, and whether as a job. */
  plan(size: number): 'not' | 'now' | 'later' {
    if (size < this.#threshold) return 'not';
    return size > largestAtOnce.input ? 'later' : 'now';
  }

  /** Compresses one message, valid until the next call; undefined if it does not get smaller. */
  deflate(payload: Buffer): Buffer | undefined {
    const deflated = this.#codec.deflate(payload, this.#effort, this.#sent);
    return this.#smaller(payload, deflated);
  }

  deflateJob(payload: Buffer): DeflateJob {
    return { input: payload, options: deflateOptions(this.#effort, this.#sent) };
  }

  /** The result of a `deflateJob`, ready to be sent; undefined if it did not get smaller. */
  deflated(payload: Buffer, output: Buffer): Buffer | undefined {
    return this.#smaller(payload, withoutTail(output));
  }

  // A message sent uncompressed is not part of the context (RFC 7692 §7.2.1).
  #smaller(payload: Buffer, deflated: Buffer): Buffer | undefined {
    if (deflated.length >= payload.length) return undefined;
    if (!this.#parameters.serverNoContextTakeover) {
      this.#sent = remembered(this.#sent, payload, this.#parameters.serverMaxWindowBits);
    }
    return deflated;
  }

  #rememberReceived(inflated: Buffer): void {
    if (this.#parameters.clientNoContextTakeover) return;
    const { clientMaxWindowBits } = this.#parameters;
    this.#received = remembered(this.#received, inflated, clientMaxWindowBits);
  }
}

/** The last 2^windowBits bytes, as a copy; undefined while there are none. */
function remembered(before: Buffer | undefined, added: Buffer, windowBits: number) {
  const size = 2 ** windowBits;
  const all = added.length >= size ? [added] : [before ?? Buffer.alloc(0), added];
  const window = Buffer.concat(all).subarray(-size);
  return window.length === 0 ? undefined : Buffer.from(window);
}
