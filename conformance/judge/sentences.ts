/** Expectations and observations in words, the same in every report. */

import { isUtf8 } from 'node:buffer';
import { applyByKind, type ByKind } from '../format/by-kind.ts';
import type { Case } from '../format/case.ts';
import type { CloseCode, Ending } from '../format/ending.ts';
import type { ExpectedEvent } from '../format/expectation.ts';
import { isAnswerToProbe } from '../format/liveness.ts';
import type { ObservedEvent } from '../format/match.ts';
import { describePayload } from '../format/payload.ts';
import type { Conversation } from '../wire/conversation.ts';
import { headerValues } from '../wire/http-head.ts';
import { otherSide, type Side } from '../wire/timeline.ts';
import { wireRuleOf } from './check-rules.ts';
import { delayOfEnd } from './late-ending.ts';

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
  return applyByKind(wordsByKind, ending, { ...(checks && { checks }), isDriven });
}

/** `isDriven`: a program closes, so the target's Close is no answer. */
type Described = Pick<Case['expect'], 'checks'> & { readonly isDriven: boolean };

const wordsByKind: ByKind<Ending, [Described], string> = {
  normal: (_ending, { checks }) =>
    checks?.length
      ? checks.map((check) => wireRuleOf(check).expected).join(', ')
      : 'a normal closing handshake',
  closed: ({ codes }, { isDriven }) =>
    `a Close with ${describeCodes(codes)}${isDriven ? '' : ' in answer'}`,
  failed: ({ codes, orDropped }) =>
    `the connection failed with ${describeCodes(codes)}${orDropped ? ', or dropped' : ''}`,
  pending: ({ codes }) =>
    codes.length > 0
      ? `no answer, or the connection failed with ${describeCodes(codes)}`
      : 'no answer',
  refused: ({ statuses }) =>
    `the handshake refused${statuses ? ` with ${statuses.join(' or ')}` : ''}`,
  gone: () => 'the end of TCP',
  unopened: () => 'no connection',
  any: () => 'any outcome: no document decides',
};

export function describeEvent(event: ExpectedEvent | ObservedEvent): string {
  if ('anyMessage' in event && event.anyMessage) return 'a message in answer';
  const { kind, payload } = event;
  const isText = kind !== 'binary' && payload instanceof Uint8Array && isUtf8(payload);
  return `${kind} ${describePayload(isText ? Buffer.from(payload).toString() : payload)}`;
}

/** `101, then Close 1002, then FIN` */
export function describeEnding(conversation: Conversation, role: Side): string {
  const { close } = conversation[role];
  const parts: string[] = [];
  if (!conversation.accepted) parts.push(describeHead(conversation));
  if (
    conversation.events.some(
      (event) => 'from' in event && event.from === role && isAnswerToProbe(event),
    )
  ) {
    parts.push('a Pong to the Ping that asked whether it is still there');
  }
  if (close) {
    const code = close.code === undefined ? 'Close without a code' : `Close ${close.code}`;
    parts.push(`${code}${describeDelay(conversation, role)}`);
  }
  const tcp = describeHowTcpEnded(conversation, role);
  if (tcp) parts.push(`${tcp}${describeDelayOfEnd(conversation, role)}`);
  return parts.join(', then ');
}

/** `FIN without Close` */
export function describeHowTcpEnded(conversation: Conversation, role: Side): string {
  const { close, ending } = conversation[role];
  switch (ending.how) {
    case 'fin':
      return close ? 'FIN' : 'FIN without Close';
    case 'rst':
      return close ? 'RST' : 'RST without Close';
    case 'timeout':
      return `timeout: ${ending.waitingFor} did not come`;
    case 'overflow':
      return `more than ${ending.limit} without an end`;
    case 'open':
      return 'still open';
  }
}

/** From here on a person would notice that an answer was late. */
const noticeable = 1000;

/** ` 30.0 s after the Close it answers`, where that was late */
function describeDelay(conversation: Conversation, role: Side): string {
  const { close } = conversation[role];
  const asked = conversation[otherSide(role)].close;
  if (!close || !asked) return '';
  const delay = close.frame.at - asked.frame.at;
  if (delay < noticeable) return '';
  return ` ${(delay / 1000).toFixed(1)} s after the Close it answers`;
}

/** ` 30.0 s later`, where TCP ended late after the Closes */
function describeDelayOfEnd(conversation: Conversation, role: Side): string {
  const delay = delayOfEnd(conversation, role) ?? 0;
  return delay < noticeable ? '' : ` ${(delay / 1000).toFixed(1)} s later`;
}

export function describeHead({ client, server, accepted }: Conversation): string {
  if (!client.head && !server.head) return 'no handshake was begun';
  if (!server.head) return 'no response to the handshake';
  const { startLine } = server.head;
  const line = JSON.stringify(startLine.text).slice(1, -1);
  if (accepted || startLine.kind !== 'response' || startLine.status !== 101) return line;
  const protocols = headerValues(server.head, 'Upgrade');
  const upgrade = protocols.length === 0 ? 'no Upgrade' : `Upgrade: ${protocols.join(', ')}`;
  return `${line} with ${JSON.stringify(upgrade).slice(1, -1)}`;
}
