/** What a target is tested as. Which end of a connection wrote something is a `Side`. */
import type { Side } from '../wire/timeline.ts';

/** What a target is tested as. */
export type Role = 'server' | 'client';

const sides: { readonly [Name in Role]: Side } = { server: 'server', client: 'client' };

/** The end of its connection that a target of that role is. */
export const sideOf = (role: Role): Side => sides[role];

/** For `Case.against`: the case is for servers. */
export const serverOnly: readonly Role[] = ['server'];
/** For `Case.against`: the case is for clients. */
export const clientOnly: readonly Role[] = ['client'];
/**
 * For `Case.against`: the case is for servers and for clients. The peer masks as the other role has
 * to.
 */
export const bothRoles: readonly Role[] = ['server', 'client'];
