/** What RFC 6455 asks of a server. */
import type { Requirement } from './requirement.ts';
import { closingRequirements } from './rfc6455-closing.ts';
import { framingRequirements } from './rfc6455-framing.ts';
import { openingRequirements } from './rfc6455-opening.ts';

export const rfc6455Requirements: readonly Requirement[] = [
  ...openingRequirements,
  ...framingRequirements,
  ...closingRequirements,
].map((requirement) => ({ document: 'RFC 6455', ...requirement }));
