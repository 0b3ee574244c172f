import type { Requirement } from './requirement.ts';
import { rfc7692Requirements } from './rfc7692.ts';

/** What the documents ask of a server, in their order. */
export const requirements: readonly Requirement[] = [...rfc7692Requirements];
