/** What a target is tested as. Which end of a connection wrote something is a `Side`. */
import type { Side } from '../wire/timeline.ts';

export type Role = 'server' | 'client';

const sides: { readonly [Name in Role]: Side } = { server: 'server', client: 'client' };

/** The end of its connection that a target of that role is. */
export const sideOf = (role: Role): Side => sides[role];

/** The roles a target may have, as cases name them in `against`. */
export const serverOnly: readonly Role[] = ['server'];
export const clientOnly: readonly Role[] = ['client'];
export const bothRoles: readonly Role[] = ['server', 'client'];
