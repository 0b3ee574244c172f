/**
 * What the harness and `page/client-cases/` say to each other. Types alone, and nothing of Node: the
 * page is checked without Node's types.
 */
import type { ScriptActionWith } from '../../format/script-action.ts';

/** A pattern in base64, as often as it takes to fill the length. */
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

/** An event of the WebSocket, with its properties, or what a function of the page came back with. */
export type SeenEvent = {
  readonly type: string;
  /** Milliseconds since the start of the case. */
  readonly at: number;
  readonly [property: string]: unknown;
};

export type CaseReport = { readonly id: string; readonly seen: readonly SeenEvent[] };

/** What the page offers as `clientCases`. */
export interface ClientCases {
  /** Starts the cases, so many of them side by side, and returns at once. */
  start(cases: readonly ClientCase[], concurrency: number): void;
  /** What is done since the last call, as soon as there is something; nothing after a while. */
  next(): Promise<{ readonly reports: readonly CaseReport[]; readonly more: boolean }>;
}
