/** What a target is to Framewright. Which end of a connection wrote something is a `Side`. */
export type Role = 'server' | 'client';
