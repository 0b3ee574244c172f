/**
 * The target's own program, where it can be driven (need `script`): what a case has it do, and what
 * the program must then have seen. The words are those of the WHATWG WebSocket API.
 */
import type { Payload } from './payload.ts';

export type ScriptAction =
  | { readonly do: 'send'; readonly type: 'text' | 'binary' | 'blob'; readonly payload: Payload }
  | { readonly do: 'close'; readonly code?: number; readonly reason?: string }
  | { readonly do: 'await'; readonly event: 'open' | 'message' | 'close' }
  /** Waits until the handshake's request has come to the server. */
  | { readonly do: 'await-request' }
  /** Lets no event be told until what has been on its way here has come. */
  | { readonly do: 'block' };

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
