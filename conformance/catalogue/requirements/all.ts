import type { Requirement } from './requirement.ts';
import { rfc6455Requirements } from './rfc6455.ts';
import { rfc7692Requirements } from './rfc7692.ts';

const { compare } = new Intl.Collator('en', { numeric: true });
const place = ({ document, section }: Requirement) => `${document} §${section}`;

/** What the documents ask of a server, in the order of their sections. */
export const requirements: readonly Requirement[] = [
  ...rfc6455Requirements,
  ...rfc7692Requirements,
].toSorted((one, other) => compare(place(one), place(other)));
