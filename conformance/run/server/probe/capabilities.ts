/** What a server target can do, as the probe found it. */
import type { Abilities } from '../../../format/needs.ts';
import type { TargetBehaviour } from '../../../format/target-behaviour.ts';

/** Needs of cases that are for clients only. */
export const abilitiesOfClients = { fixedWindow: false, page: false } as const;

/** What a server can do, and what a report shows about it. */
export interface Capabilities extends Omit<Abilities, 'fixedWindow' | 'page'> {
  /** A window smaller than 32 KiB can be asked of the target; a server may still decline it. */
  readonly windowLimit: boolean;
  /** A foreign Origin is refused, and the target's own is accepted. */
  readonly originPolicy: boolean;
  /** The extension answer to a bare offer, as sent by the target. */
  readonly extensions: string;
  /** How a normal closing handshake ends: `Close 1000, then FIN`. */
  readonly ending: string;
  /** What the target does by itself, and how it reacts to one message; absent if it was not probed. */
  readonly behaviour?: TargetBehaviour;
}

/** The flags and the behaviour as `results.json` has them. */
export function recordedFacts({ behaviour, ...capabilities }: Capabilities): {
  readonly capabilities: Omit<Capabilities, 'behaviour'> &
    Readonly<Record<string, boolean | string>>;
  readonly behaviour?: TargetBehaviour;
} {
  return { capabilities, ...(behaviour && { behaviour }) };
}
