/**
 * The target's own program, if it can be driven (need `script`): what a case has it do, and what
 * the program must then have seen. The vocabulary is that of the WHATWG WebSocket API.
 */
import type { Payload } from './payload.ts';
import type { ScriptActionWith } from './script-action.ts';

/** What a driven client's program is made to do. */
export type ScriptAction = ScriptActionWith<Payload>;

/** An event that the program of a driven client has to see, by the WHATWG API's names. */
export type ExpectedScriptEvent = { readonly optional?: boolean } & (
  | { readonly type: 'open'; readonly protocol?: string }
  | { readonly type: 'error' }
  | { readonly type: 'message'; readonly data: Payload }
  | {
      readonly type: 'close';
      readonly code?: readonly number[];
      readonly reason?: string;
      readonly wasClean?: boolean;
    }
  /** What a function in the page came back with. */
  | { readonly type: 'value'; readonly name: string; readonly value: unknown }
);

export const closesCleanly = (code: number): readonly ExpectedScriptEvent[] => [
  { type: 'open' },
  { type: 'close', code: [code], wasClean: true },
];

/** An error event, and then a close event that says nothing about why. */
export const failsToConnect: readonly ExpectedScriptEvent[] = [
  { type: 'error' },
  { type: 'close', code: [1006], wasClean: false },
];
