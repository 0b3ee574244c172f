/**
 * The protocol between the harness and `page/client-cases/`. Types only, independent of Node: the
 * page is compiled without Node's types.
 */
import type { ScriptActionWith } from '../../format/script-action.ts';

/** A pattern in base64, repeated to fill the length. */
export type PagePayload = { readonly pattern: string; readonly length: number };

export type PageAction = ScriptActionWith<PagePayload>;

export type ClientCase = {
  readonly id: string;
  readonly url: string;
  readonly protocols: readonly string[];
  readonly script?: readonly PageAction[];
  /** `file/name`: a function of page/client-cases/api/ that opens the connection. */
  readonly page?: string;
  /** From one event to the next, in milliseconds. */
  readonly timeout: number;
};

/** An event of the WebSocket with its properties, or a value that a function of the page returned. */
export type SeenEvent = {
  readonly type: string;
  /** Milliseconds since the start of the case. */
  readonly at: number;
  readonly [property: string]: unknown;
};

export type CaseReport = { readonly id: string; readonly seen: readonly SeenEvent[] };

/** What the page offers as `clientCases`. */
export interface ClientCases {
  /** Starts the cases, up to this many concurrently, and returns at once. */
  start(cases: readonly ClientCase[], concurrency: number): void;
  /** The results since the last call, as soon as there are any; none after a while. */
  next(): Promise<{ readonly reports: readonly CaseReport[]; readonly more: boolean }>;
}
