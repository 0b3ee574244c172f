/**
 * The case format. What a case says is data; `play/` plays it, `judge/` judges it. What the peer does
 * is in `step.ts`, what must be observed in `expectation.ts`.
 */

import type { Document } from './document.ts';
import type { Expectation } from './expectation.ts';
import type { Handshake } from './handshake.ts';
import type { ScriptAction } from './program.ts';
import type { Role } from './role.ts';
import type { Step } from './step.ts';

/**
 * How strongly a document requires the rule of a case, by the words of RFC 2119 in its sentence.
 */
export type Level = 'must' | 'should' | 'may';

/** What a target must be able to do for a case to mean anything; probed before the run. */
export type Need =
  | 'echo'
  | 'pong'
  | 'deflate'
  | 'windowLimit'
  | 'fixedWindow'
  | 'originPolicy'
  | 'script'
  | 'page'
  | 'tls'
  | 'http2';

/**
 * One test as data: an opening handshake, the steps of Framewright's peer, and the expected
 * outcome. `document`, `section`, `level` and `requirement` cite the rule that it tests.
 */
export interface Case {
  /** A slug, stable for ever, without a section number: `fragmentation/new-text-inside-a-message`. */
  readonly id: string;
  /** Present tense, at most 80 characters, no "should". */
  readonly title: string;
  readonly level: Level;
  readonly document: Document;
  /** Section of the document: `5.4`. */
  readonly section: string;
  /** The rule in our own words. */
  readonly requirement: string;
  /** The roles a target may have. Masking follows the role the peer plays. */
  readonly against: readonly Role[];
  /** Beyond what the expectation implies (see `needsOf`). */
  readonly needs?: readonly Need[];
  /**
   * Needs that the case itself is about: it is played where the probe found them missing, too, as
   * that may be how the rule is broken.
   */
  readonly judges?: readonly Need[];
  /** Advisory ids, `limits`, `slow`, … */
  readonly tags?: readonly string[];
  /** Ids of the equivalent Autobahn cases. */
  readonly autobahn?: readonly string[];
  /** The stable name of the violation that this case provokes: `unmasked-client-frame`. */
  readonly rule?: string;
  /** `untested` where the provocation has to be the very first frame; see `alive.ts`. */
  readonly alive?: 'untested';
  /** Held first, one after the other, each on a separate connection that is then dropped. */
  readonly before?: readonly Prelude[];
  /** Holds the conversation (and `before`) more than once, each time on new connections. */
  readonly repeat?: Repeat;
  /** The opening handshake where it is not the plain one. */
  readonly handshake?: Handshake;
  /** What a driven client does once it is open (role client, need `script`). */
  readonly script?: readonly ScriptAction[];
  /** A function of page/client-cases/api/ that opens the connection in place of the page. */
  readonly page?: string;
  readonly steps: readonly Step[];
  readonly expect: Expectation;
  /** Limit cases: what has to hold once the conversation is over. They are played one at a time. */
  readonly aftermath?: Aftermath;
  /** The least time-out of observations, in ms, if the default is too short for the case. */
  readonly observationTimeout?: number;
}

/** A fresh connection is served as before, and memory stayed in budget where it can be read. */
export interface Aftermath {
  /** Octets by which the target's resident memory may grow while the case is played. */
  readonly memory: number;
}

/** A conversation that is not judged: what it leaves behind in the target is seen in the next. */
export interface Prelude {
  readonly handshake?: Handshake;
  readonly steps: readonly Step[];
}

/**
 * How often a conversation is repeated, and how many run at the same time. The first one that is
 * not as expected decides.
 */
export interface Repeat {
  readonly times: number;
  readonly atOnce: number;
}

/** How much data the cases about large messages send; `full` is as much as Autobahn. */
export type Volume = 'default' | 'full';
