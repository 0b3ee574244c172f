/** What a server shares with its connections. */
import type { SharedByConnections } from '../protocol/connection.ts';
import type { CompressionSettings } from '../protocol/deflate.ts';
import type { RefusedHandshake, UpgradeRequest } from '../protocol/handshake.ts';
import type { RefusalRule } from '../protocol/violations.ts';
import type { Behaviour } from './behaviour.ts';
import type { Clock } from './clock.ts';
import type { Inflations } from './inflations.ts';
import type { Observer } from './observation.ts';
import type { OpenConnection } from './open-connection.ts';
import type { Limits } from './options.ts';
import type { Transport, TransportOwner } from './transport.ts';

/** The peer and the terms on which the connection is opened. */
export interface Acceptance {
  readonly behaviour: Behaviour;
  readonly subprotocol: string | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;
}

/** How a request is to be answered. */
export type Decision = Acceptance | { readonly refuse: RefusalRule | RefusedHandshake };

export interface ServerSide {
  readonly limits: Limits;
  readonly shared: SharedByConnections;
  /** Undefined when messages are never compressed. */
  readonly compression: CompressionSettings | undefined;
  /** Shared by all connections. */
  readonly inflations: Inflations;
  readonly observe: Observer | undefined;
  readonly clock: Pick<Clock, 'now'>;
  decide(request: UpgradeRequest): Decision | Promise<Decision>;
  /** A handshake became an open connection. */
  opened(before: TransportOwner, opened: OpenConnection): void;
  ended(owner: TransportOwner, transport: Transport): void;
  /** A handler of the application threw. */
  handlerFailed(error: unknown): void;
}
