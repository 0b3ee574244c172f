/** What a response may name as agreed, given what the request offered (RFC 6455 §9.1, RFC 7692 §7.1). */

import type { Conversation } from '../wire/conversation.ts';
import { type Extension, readExtensions } from '../wire/negotiation.ts';
import { placeOfHeader } from '../wire/place.ts';
import type { Side } from '../wire/timeline.ts';
import type { WireRule } from './wire-rule.ts';

export const extensionChecks: readonly WireRule[] = [
  {
    rule: 'unoffered-extension',
    document: 'RFC 6455',
    section: '9.1',
    requirement: 'a response names extensions of the request alone',
    expected: 'only extensions that were offered',
    find: ofResponse((agreed, offers) => {
      const surplus = agreed.find(({ name }) => !offers.some((offer) => offer.name === name));
      return surplus && `${surplus.name}, which was not offered`;
    }),
  },
  {
    rule: 'wrong-deflate-answer',
    document: 'RFC 7692',
    section: '7.1',
    requirement: 'an answer names the parameters of one offer, as that offer allows them',
    expected: 'parameters of permessage-deflate that one of the offers allows',
    find: ofResponse((agreed, offers) => {
      const answers = agreed.filter(({ name }) => name === 'permessage-deflate');
      if (answers.length > 1) return 'permessage-deflate twice';
      const [answer] = answers;
      if (!answer) return undefined;
      const faults = offers
        .filter(({ name }) => name === 'permessage-deflate')
        .map((offer) => faultIn(answer, offer));
      return faults.includes(undefined) ? undefined : faults[0];
    }),
  },
];

type Fault = (agreed: readonly Extension[], offers: readonly Extension[]) => string | undefined;

function ofResponse(fault: Fault): WireRule['find'] {
  return ({ server, client, extensions }: Conversation, target: Side) => {
    if (target !== 'server' || !server.head || !client.head) return undefined;
    const observed = fault(extensions, readExtensions(client.head));
    if (observed === undefined) return undefined;
    return { observed, at: placeOfHeader(server.head, 'server', 'Sec-WebSocket-Extensions') };
  };
}

/** What of an answer does not go with this offer. */
function faultIn(answer: Extension, offer: Extension): string | undefined {
  const offered = new Map(offer.parameters);
  const agreed = new Map(answer.parameters);
  if (agreed.size < answer.parameters.length) return 'a parameter twice';
  for (const [name, value] of answer.parameters) {
    const fault = faultInParameter(name, value, offered);
    if (fault !== undefined) return fault;
  }
  // §7.1.1.1, §7.1.2.1: who accepts an offer with these grants them; 15 is what holds without.
  const missing = ['server_no_context_takeover', 'server_max_window_bits'].find(
    (name) => offered.has(name) && offered.get(name) !== '15' && !agreed.has(name),
  );
  return missing && `${missing} not granted`;
}

function faultInParameter(
  name: string,
  value: string | undefined,
  offered: ReadonlyMap<string, string | undefined>,
): string | undefined {
  const written = value === undefined ? name : `${name}=${value}`;
  switch (name) {
    case 'server_no_context_takeover':
    case 'client_no_context_takeover':
      return value === undefined ? undefined : `${written}, which takes no value`;
    case 'client_max_window_bits':
      if (!offered.has(name)) return `${written}, which was not offered`;
      return windowFault(written, value, offered.get(name));
    case 'server_max_window_bits':
      return windowFault(written, value, offered.get(name));
    default:
      return `${written}, which is no parameter of it`;
  }
}

/** §7.1.2: a decimal from 8 to 15 without leading zeros, and no larger than what was asked for. */
function windowFault(
  written: string,
  value: string | undefined,
  asked: string | undefined,
): string | undefined {
  if (value === undefined || !/^([89]|1[0-5])$/.test(value)) return `${written}, not 8 to 15`;
  const tooLarge = asked !== undefined && Number(value) > Number(asked);
  return tooLarge ? `${written}, beyond the ${asked} that were asked for` : undefined;
}
