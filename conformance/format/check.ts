/**
 * Checks: what a case demands of its conversation besides the events and the ending, as data.
 * `judge/check-rules.ts` has the rule of each kind and finds where it is broken.
 */
import type { Document } from './document.ts';
import type { Payload } from './payload.ts';

/** Where a document states what is checked. */
export interface Reference {
  readonly document: Document;
  readonly section: string;
}

/**
 * A rule that a whole conversation is checked against, beside its events and its ending. Each kind
 * is judged by a rule of the same name.
 */
export type Check = ResponseCheck | RequestCheck | FrameCheck;

/** About the response to a handshake, and what follows a refusal. */
export type ResponseCheck =
  | { readonly kind: 'statusLine' }
  | { readonly kind: 'upgradeHeader' }
  | { readonly kind: 'connectionHeader' }
  | { readonly kind: 'accept'; readonly value: string }
  | ({
      readonly kind: 'noResponseHeader';
      readonly name: string;
      /** Default: `unexpected-` and the name. */
      readonly rule?: string;
    } & Reference)
  | { readonly kind: 'responseGrammar' }
  | { readonly kind: 'singularHeaders' }
  /** None, or one of the offered as it was offered (RFC 6455 §4.2.2). */
  | { readonly kind: 'subprotocolAmong'; readonly offered: readonly string[] }
  /** Only extensions that the client named (RFC 6455 §9.1). */
  | { readonly kind: 'extensionsAmong'; readonly offered: readonly string[] }
  | { readonly kind: 'deflateDeclined' }
  | { readonly kind: 'errorStatus' }
  | { readonly kind: 'listsVersion13' }
  /** A response of that status must have the header. */
  | ({
      readonly kind: 'headerOfStatus';
      readonly status: number;
      readonly name: string;
    } & Reference)
  /** RFC 9112 §9.6: after the close option the sender ends the connection. */
  | { readonly kind: 'closeOptionKept' }
  /** Nothing after a refusal shows that `payload` was read as the payload of a frame. */
  | { readonly kind: 'noEchoAfterRefusal'; readonly payload: Payload }
  | { readonly kind: 'noSwitchAfterRefusal' };

/** About the request of a client. */
export type RequestCheck =
  /** One header of that name with exactly this value; without a value the header must be absent. */
  | ({
      readonly kind: 'requestHeader';
      readonly rule: string;
      readonly name: string;
      readonly value?: string;
    } & Reference)
  /** Host is this name and any port. */
  | ({ readonly kind: 'hostWithPort'; readonly name: string } & Reference)
  /** Origin is http, this host and any port. */
  | ({ readonly kind: 'originWithPort'; readonly host: string } & Reference)
  | { readonly kind: 'cookieSent'; readonly cookie: string }
  /** Of the cookies whose names these have, exactly these, in this order. */
  | { readonly kind: 'cookiesInOrder'; readonly cookies: readonly string[] }
  | { readonly kind: 'targetEndsWith'; readonly end: string; readonly expected: string }
  /** The credentials are in Authorization and nowhere else. */
  | {
      readonly kind: 'basicCredentials';
      readonly user: string;
      readonly password: string;
    }
  | { readonly kind: 'subprotocolsAsked'; readonly names: readonly string[] };

/** About frames. */
export type FrameCheck =
  | { readonly kind: 'pingAnswered'; readonly payload: string }
  | { readonly kind: 'closeReason'; readonly reason: string }
  /** Needs a few hundred masked frames (RFC 6455 §5.3). */
  | { readonly kind: 'unpredictableMasks' };
