/**
 * The answer to a client's offers of permessage-deflate: what the case grants, and what one of the
 * offers requires in addition (RFC 7692 §7.1). An answer that a case makes invalid on purpose is
 * among the header lines of its response, and is not handled here.
 */
import type { Case } from '../format/case.ts';
import { bytesOf } from '../format/payload.ts';
import { type FrameItem, itemsOf } from '../format/step.ts';
import { Inflater } from '../wire/messages.ts';
import {
  type DeflateDirection,
  type Extension,
  parseExtensions,
  readDeflateParameters,
} from '../wire/negotiation.ts';
import { opcodes } from '../wire/wire.ts';

export type ExtensionAnswer =
  | { readonly text: string }
  /** Why the case cannot be played with this client. */
  | { readonly unfit: string };

const name = 'permessage-deflate';

/** @returns undefined where the case answers with no extension */
export function answerTo(
  testCase: Pick<Case, 'handshake' | 'steps'>,
  offered: readonly Extension[],
): ExtensionAnswer | undefined {
  const { answer, keepsContext = false } = testCase.handshake?.extensions ?? {};
  if (answer === undefined) return undefined;
  const offers = offered.filter((offer) => offer.name === name);
  if (offers.length === 0) return { unfit: 'the target does not offer permessage-deflate' };
  const valid = offers.filter(isValidOffer);
  if (valid.length === 0) return { unfit: 'no offer of permessage-deflate by the target is valid' };
  const answers = valid.map((offer) => answerToOffer(answer, offer, keepsContext, testCase.steps));
  return answers.find((each) => 'text' in each) ?? answers[0];
}

function answerToOffer(
  granted: string,
  offer: Extension,
  keepsContext: boolean,
  steps: Case['steps'],
): ExtensionAnswer {
  const asked = new Map(offer.parameters);
  const given = new Map(parseExtensions(granted)[0]?.parameters);
  // §7.1.2.2: a limit for the client only where it was offered, and not beyond what was offered.
  const clientLimit = given.get('client_max_window_bits');
  if (clientLimit !== undefined) {
    if (!asked.has('client_max_window_bits'))
      return { unfit: 'the target does not let its window be limited' };
    const most = asked.get('client_max_window_bits') ?? '15';
    if (Number(clientLimit) > Number(most)) {
      return { unfit: `the target offers to limit its own window to ${most} bits` };
    }
  }
  const required: string[] = [];
  // §7.1.2.1: at most what was asked for.
  const most = asked.get('server_max_window_bits');
  const own = given.get('server_max_window_bits');
  if (most !== undefined && own === undefined) required.push(`server_max_window_bits=${most}`);
  if (most !== undefined && own !== undefined && Number(own) > Number(most)) {
    return { unfit: `the target asks for a window of at most ${most} bits` };
  }
  // §7.1.1.1: an offer is accepted with it, or not at all.
  if (asked.has('server_no_context_takeover')) {
    if (keepsContext) return { unfit: 'the target asks for no context to be kept' };
    if (!given.has('server_no_context_takeover')) required.push('server_no_context_takeover');
  }
  const text = [granted, ...required].join('; ');
  if (required.length > 0 && !sendsTheSame(steps, agreedOn(granted), agreedOn(text))) {
    return { unfit: `what the case sends does not keep to ${required.join('; ')}` };
  }
  return { text };
}

const agreedOn = (answer: string): DeflateDirection =>
  readDeflateParameters(parseExtensions(answer)[0]!).server;

/** RFC 7692 §7.1: an offer whose parameters are unknown, repeated or out of range is declined. */
function isValidOffer({ parameters }: Extension): boolean {
  const names = parameters.map(([parameter]) => parameter);
  if (new Set(names).size < names.length) return false;
  return parameters.every(([parameter, value]) => {
    switch (parameter) {
      case 'server_no_context_takeover':
      case 'client_no_context_takeover':
        return value === undefined;
      case 'server_max_window_bits':
        return isWindow(value);
      case 'client_max_window_bits':
        return value === undefined || isWindow(value);
      default:
        return false;
    }
  });
}

const isWindow = (value: string | undefined) =>
  value !== undefined && /^([89]|1[0-5])$/.test(value);

/** Whether frames that a case has compressed beforehand are inflated alike under either agreement. */
function sendsTheSame(
  steps: Case['steps'],
  one: DeflateDirection,
  other: DeflateDirection,
): boolean {
  const inflaters = [new Inflater(one), new Inflater(other)] as const;
  return compressedPayloads(steps).every((payload) => {
    const [first, second] = inflaters.map((inflater) => inflater.inflate(payload).data);
    if (!first || !second) return first === second;
    return Buffer.compare(first, second) === 0;
  });
}

/** Of each compressed message among the frames; messages that the peer's writer makes are no frames. */
function compressedPayloads(steps: Case['steps']): readonly Uint8Array[] {
  const messages: Uint8Array[][] = [];
  for (const item of itemsOf(steps)) {
    if (item.kind !== 'frame') continue;
    if (startsCompressed(item)) messages.push([]);
    else if (item.opcode !== opcodes.continuation) continue;
    messages.at(-1)?.push(bytesOf(item.payload));
  }
  return messages.map((parts) => Buffer.concat(parts));
}

const startsCompressed = ({ opcode, rsv1 }: FrameItem) =>
  rsv1 === true && (opcode === opcodes.text || opcode === opcodes.binary);
