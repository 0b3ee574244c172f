/** Expectations and observations in words, the same in every report. */

import { isUtf8 } from 'node:buffer';
import { isAnswerToProbe } from '../alive.ts';
import type { Case } from '../case.ts';
import type { CloseCode, ExpectedEvent } from '../expectation.ts';
import { describePayload } from '../payload.ts';
import type { Conversation } from '../wire/conversation.ts';
import type { Side } from '../wire/timeline.ts';
import type { ObservedEvent } from './match.ts';

/** `1000 or no code` */
export function describeCodes(codes: readonly CloseCode[]): string {
  return codes.map((code) => (code === 'none' ? 'no code' : code)).join(' or ');
}

/** `the echo of "Hello", then the target answers the Close` */
export function describeExpectation({ expect, script }: Case): string {
  const must = expect.events.filter((event) => !event.optional);
  const shown = must.slice(0, 3).map(describeEvent);
  const more = must.length > 3 ? [`${must.length - 3} more answers`] : [];
  const whole = [...shown, ...more, describeExpectedEnding(expect, script !== undefined)].join(
    ', then ',
  );
  return expect.orRefused ? `the handshake refused, or ${whole}` : whole;
}

function describeExpectedEnding({ ending, checks }: Case['expect'], isDriven: boolean): string {
  switch (ending.kind) {
    case 'normal':
      return checks?.length
        ? checks.map(({ expected }) => expected).join(', ')
        : 'a normal closing handshake';
    case 'closed':
      return `a Close with ${describeCodes(ending.codes)}${isDriven ? '' : ' in answer'}`;
    case 'failed':
      return `the connection failed with ${describeCodes(ending.codes)}${ending.orDropped ? ', or dropped' : ''}`;
    case 'pending':
      return ending.codes.length > 0
        ? `no answer, or the connection failed with ${describeCodes(ending.codes)}`
        : 'no answer';
    case 'refused':
      return `the handshake refused${ending.statuses ? ` with ${ending.statuses.join(' or ')}` : ''}`;
    case 'gone':
      return 'the end of TCP';
    case 'unopened':
      return 'no connection';
    case 'any':
      return 'any outcome: no document decides';
  }
}

export function describeEvent({ kind, payload }: ExpectedEvent | ObservedEvent): string {
  const isText = kind !== 'binary' && payload instanceof Uint8Array && isUtf8(payload);
  return `${kind} ${describePayload(isText ? Buffer.from(payload).toString() : payload)}`;
}

/** `101, then Close 1002, then FIN` */
export function describeEnding(conversation: Conversation, role: Side): string {
  const { close, ending } = conversation[role];
  const parts: string[] = [];
  if (!conversation.accepted) parts.push(describeHead(conversation));
  if (
    conversation.events.some(
      (event) => 'from' in event && event.from === role && isAnswerToProbe(event),
    )
  ) {
    parts.push('a Pong to the Ping that asked whether it is still there');
  }
  if (close) parts.push(close.code === undefined ? 'Close without a code' : `Close ${close.code}`);
  if (ending.how === 'fin') parts.push(close ? 'FIN' : 'FIN without Close');
  if (ending.how === 'rst') parts.push(close ? 'RST' : 'RST without Close');
  if (ending.how === 'timeout') parts.push(`timeout: ${ending.waitingFor} did not come`);
  if (ending.how === 'overflow') parts.push(`more than ${ending.limit} without an end`);
  if (ending.how === 'open') parts.push('still open');
  return parts.join(', then ');
}

export function describeHead({ client, server }: Conversation): string {
  if (!client.head && !server.head) return 'no handshake was begun';
  if (!server.head) return 'no response to the handshake';
  return JSON.stringify(server.head.startLine.text).slice(1, -1);
}
