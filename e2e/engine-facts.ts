/** Allowed differences between the engines, as data in one place, so that no spec names an engine. */
import type { Engine } from '../browsers/find.ts';

export interface EngineFacts {
  /** Reasons in the Close frame when the page is left (RFC 6455 §7.4.1 defines only the code). */
  readonly reasonsOnLeaving: readonly string[];
}

export const engineFacts: Readonly<Record<Engine, EngineFacts>> = {
  chromium: { reasonsOnLeaving: [''] },
  firefox: { reasonsOnLeaving: [''] },
  webkit: { reasonsOnLeaving: ['', 'WebSocket is closed due to suspension.'] },
};
