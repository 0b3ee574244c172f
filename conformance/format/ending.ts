/** How a conversation must end, and what follows from each kind of ending. */
import { entryOf } from './by-kind.ts';

/** A close code, or the absence of one in a Close frame (1005 in an API, §7.1.5). */
export type CloseCode = number | 'none';

/** How the connection has to end. */
export type Ending =
  /** After the events the peer sends Close 1000; the target answers it and TCP ends. */
  | {
      readonly kind: 'normal';
      /** A target that closes with 1009 or 1008 instead has its own limit (§10.4): `info`. */
      readonly orTooBig?: true;
    }
  /** The target answers the Close among the steps with one of these codes and TCP ends. */
  | { readonly kind: 'closed'; readonly codes: readonly CloseCode[] }
  /** The target fails the connection (§7.1.7): Close with one of these codes, then TCP ends. */
  | {
      readonly kind: 'failed';
      readonly codes: readonly CloseCode[];
      /** The peer does not answer the target's Close. */
      readonly unanswered?: true;
      /** The Close frame and its code are the target's choice; that the connection ends is not. */
      readonly orDropped?: true;
    }
  /** The target waits for what is missing, or fails the connection with one of these codes. */
  | { readonly kind: 'pending'; readonly codes: readonly CloseCode[] }
  /** The handshake is refused: a final status other than 101, or the connection closed. */
  | {
      readonly kind: 'refused';
      readonly statuses?: readonly number[];
      /** A server may as well wait, for a body that was announced. */
      readonly orSilent?: true;
    }
  /** TCP ends, in whatever way: after the peer's own FIN or RST. */
  | { readonly kind: 'gone' }
  /** The target's program asks for no connection at all. */
  | { readonly kind: 'unopened' }
  /** No document decides: any ending, reported as seen. */
  | { readonly kind: 'any' };

export type EndingOf<Kind extends Ending['kind']> = Extract<Ending, { readonly kind: Kind }>;

interface EndingTraits {
  /** What the handshake must lead to; `none`: no connection is asked for. */
  readonly handshake: 'accepted' | 'refused' | 'none';
  /**
   * Whether the target must be shown to work before it is provoked; `unless answering`: not if it
   * answers something in the course of the case.
   */
  readonly provesAlive: 'always' | 'unless answering' | 'never';
  /** It ends by a closing handshake, which a target that works takes part in. */
  readonly closesWell: boolean;
  /** A document decides how it has to end. */
  readonly isDecided: boolean;
}

const traits: { readonly [Kind in Ending['kind']]: EndingTraits } = {
  normal: traitsFor('accepted', 'unless answering', { closesWell: true }),
  closed: traitsFor('accepted', 'always', { closesWell: true }),
  failed: traitsFor('accepted', 'always'),
  pending: traitsFor('accepted', 'always'),
  gone: traitsFor('accepted', 'always'),
  refused: traitsFor('refused', 'never'),
  unopened: traitsFor('none', 'never'),
  any: traitsFor('accepted', 'always', { isDecided: false }),
};

function traitsFor(
  handshake: EndingTraits['handshake'],
  provesAlive: EndingTraits['provesAlive'],
  more: Partial<EndingTraits> = {},
): EndingTraits {
  return { handshake, provesAlive, closesWell: false, isDecided: true, ...more };
}

/** @throws {TypeError} for an unknown kind of ending */
export const traitsOf = ({ kind }: Ending): EndingTraits => entryOf(traits, kind);
