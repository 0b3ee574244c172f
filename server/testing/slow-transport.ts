/**
 * A server's side without a server: what its connections share, and a transport that records what
 * it is asked to do.
 */

import { Inflations } from '../node/inflations.ts';
import { type Limits, readLimits } from '../node/options.ts';
import type { ServerSide } from '../node/server-side.ts';
import type { Transport, TransportOwner } from '../node/transport.ts';
import { sharedByNobody } from './conversation.ts';

/** Takes writes like a system whose peer reads slowly: by reference, and flushes them later. */
export class SlowTransport implements Transport {
  owner!: TransportOwner;
  readonly remoteAddress = '';
  countedFor: string | undefined;
  bufferedBytes = 0;
  readonly written: Buffer[] = [];
  /** Other calls, in order. */
  readonly calls: ('pause' | 'resume' | 'end' | 'destroy')[] = [];

  write(chunks: readonly Buffer[]): boolean {
    this.written.push(...chunks);
    for (const chunk of chunks) this.bufferedBytes += chunk.length;
    return false;
  }

  pause(): void {
    this.calls.push('pause');
  }

  resume(): void {
    this.calls.push('resume');
  }

  end(): void {
    this.calls.push('end');
  }

  destroy(): void {
    this.calls.push('destroy');
    this.owner.closed();
  }
}

/** With a clock that stands still; every request is refused, unless `rest` decides otherwise. */
export function serverSide(limits: Partial<Limits>, rest: Partial<ServerSide> = {}): ServerSide {
  return {
    limits: readLimits(limits),
    shared: sharedByNobody(readLimits(limits)),
    compression: undefined,
    inflations: new Inflations(1),
    observe: undefined,
    clock: { now: 0 },
    decide: () => ({ refuse: 'no-such-endpoint' }),
    opened: () => {},
    ended: () => {},
    handlerFailed: (error) => {
      throw error;
    },
    ...rest,
  };
}
