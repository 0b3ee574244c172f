/**
 * What an observer of the server sees: logs, the development server, the inspector.
 */
import type { UpgradeRequest } from '../protocol/handshake.ts';
import type { Message } from '../protocol/message.ts';
import type { FrameSeen } from '../protocol/receiver.ts';
import type { Violation } from '../protocol/violations.ts';

/** `id` numbers the connections of one server from 1, in the order of their arrival. */
export type Observation =
  | {
      readonly type: 'connection';
      readonly id: number;
      readonly remoteAddress: string;
    }
  | {
      readonly type: 'handshake';
      readonly id: number;
      /** The request as received, one character per byte; partial when it was refused early. */
      readonly head: string;
      /** What Content-Length declares, in bytes. */
      readonly bodyLength: number;
      /** Absent when the request could not be parsed. */
      readonly request: UpgradeRequest | undefined;
      /** 101, or the status of the refusal. */
      readonly status: number;
      /** The computed Sec-WebSocket-Accept; absent when the handshake was refused. */
      readonly accept: string | undefined;
      /** The response as sent, one character per byte. */
      readonly response: string;
    }
  | {
      readonly type: 'frame';
      readonly id: number;
      readonly frame: FrameSeen;
    }
  /** A whole message was received; valid during the call. */
  | {
      readonly type: 'message';
      readonly id: number;
      readonly message: Message;
    }
  /** The peer broke a rule or hit a limit. */
  | {
      readonly type: 'violation';
      readonly id: number;
      readonly violation: Violation;
    }
  /** An open connection has ended; 1006 when no Close frame was received. */
  | {
      readonly type: 'close';
      readonly id: number;
      readonly code: number;
      readonly reason: string;
      /** Whether a Close frame went each way (RFC 6455 §7.1.4). */
      readonly wasClean: boolean;
    };

/** Called with everything that a server observes. */
export type Observer = (observation: Observation) => void;
