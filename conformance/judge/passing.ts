/**
 * The rules that any conversation between two endpoints can be judged by, without a case: what a
 * recording proxy applies to traffic that it did not write.
 */
import type { Level } from '../format/case.ts';
import type { Document } from '../format/document.ts';
import type { Conversation } from '../wire/conversation.ts';
import { headerList } from '../wire/http-head.ts';
import type { Place } from '../wire/place.ts';
import type { Side } from '../wire/timeline.ts';
import { ofEveryConversation } from './checks.ts';
import { ofEveryRequest } from './request-checks.ts';
import {
  connectionHeader,
  singularHeaders,
  statusLine,
  subprotocolAmong,
  upgradeHeader,
  wellFormedHead,
} from './response-checks.ts';
import type { WireRule } from './wire-rule.ts';

/** A rule that an endpoint broke. */
export interface BrokenRule {
  /** The endpoint that broke it. */
  readonly from: Side;
  /** The stable name of the violation. */
  readonly rule: string;
  readonly level: Level;
  readonly document: Document;
  readonly section: string;
  /** The rule in the present tense. */
  readonly requirement: string;
  readonly expected: string;
  readonly observed: string;
  /** The bytes that decided. */
  readonly at?: Place;
}

/**
 * What both endpoints did wrong, in the order of the rules. A handshake that is refused is judged by
 * its request alone.
 */
export function findBrokenRules(conversation: Conversation): readonly BrokenRule[] {
  return [
    ...broken(conversation, 'client', rulesForClients(conversation)),
    ...broken(conversation, 'server', rulesForServers(conversation)),
  ];
}

const rulesForClients = ({ client, accepted }: Conversation): readonly WireRule[] => [
  ...(client.head ? ofEveryRequest : []),
  ...(accepted ? ofEveryConversation : []),
];

function rulesForServers({ client, accepted }: Conversation): readonly WireRule[] {
  if (!accepted) return [];
  const offered = client.head ? headerList(client.head, 'Sec-WebSocket-Protocol') : [];
  return [
    statusLine,
    upgradeHeader,
    connectionHeader,
    wellFormedHead,
    singularHeaders,
    subprotocolAmong(offered),
    ...ofEveryConversation,
  ];
}

function broken(
  conversation: Conversation,
  side: Side,
  rules: readonly WireRule[],
): readonly BrokenRule[] {
  return rules.flatMap((each) => {
    const finding = each.find(conversation, side);
    if (!finding) return [];
    const { rule, level = 'must', document, section, expected, requirement = expected } = each;
    const { observed, at } = finding;
    return [
      {
        from: side,
        rule,
        level,
        document,
        section,
        requirement,
        expected,
        observed,
        ...(at && { at }),
      },
    ];
  });
}
