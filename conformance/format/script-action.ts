/**
 * What a program can be made to do. No imports, as the pages read it and are checked without Node's
 * types.
 */

/**
 * What a program can be made to do.
 * @typeParam Data - how a payload is written down
 */
export type ScriptActionWith<Data> =
  | { readonly do: 'send'; readonly type: 'text' | 'binary' | 'blob'; readonly payload: Data }
  | { readonly do: 'close'; readonly code?: number; readonly reason?: string }
  | { readonly do: 'await'; readonly event: 'open' | 'message' | 'close' }
  /** Waits until the handshake's request has come to the server. */
  | { readonly do: 'await-request' }
  /** Reports no event until everything already on its way has arrived. */
  | { readonly do: 'block' };
