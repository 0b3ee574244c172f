import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { ClientConnection } from './client-connection.ts';
import { cpuMicros } from './process-cost.ts';
import { ReplyCounter } from './reply-counter.ts';
import { requestFrame } from './verification-pass.ts';
import type { EchoWorkload } from './workloads.ts';

/** The cost of one timed pass, for `operations` messages (or handshakes). */
export interface Cost {
  readonly operations: number;
  readonly seconds: number;
  /** CPU time of the server process, all threads, user and system. */
  readonly serverMicros: number;
  /** CPU time of the load generator in the same span. */
  readonly loadMicros: number;
}

/**
 * How long to warm up and to measure, in milliseconds of the server's CPU time: on a busy machine
 * the same wall time holds less work, and a server without compiled code would be measured.
 */
export interface Span {
  readonly warmUpMillis: number;
  readonly measureMillis: number;
  /** Give up after this long without a reply, milliseconds of wall time. */
  readonly silenceMillis: number;
}

/** Large messages are few: the span is stretched until this many have been counted. */
const minOperations = 12;
const lookEveryMillis = 20;

/** Keeps the workload's messages outstanding on its connections and counts the replies. */
export async function timeEcho(
  server: { pid: number; port: number },
  workload: EchoWorkload,
  span: Span,
): Promise<Cost> {
  const load = await EchoLoad.open(server.port, workload);
  try {
    load.start();
    return await timed(server.pid, () => load.replies, span, load.failure);
  } finally {
    load.stop();
  }
}

/** Reads the clocks around a span of running load, after a warm-up. */
export async function timed(
  pid: number,
  operations: () => number,
  { warmUpMillis, measureMillis, silenceMillis }: Span,
  failure: Promise<never>,
): Promise<Cost> {
  const spend = async (from: Cost, millis: number, atLeast: number): Promise<Cost> => {
    let now = from;
    let heardAt = from.seconds;
    for (;;) {
      await Promise.race([delay(lookEveryMillis), failure]);
      const next = reading(pid, operations());
      if (next.operations > now.operations) heardAt = next.seconds;
      now = next;
      const spent = (now.serverMicros - from.serverMicros) / 1000;
      if (spent >= millis && now.operations - from.operations >= atLeast) return now;
      if ((now.seconds - heardAt) * 1000 < silenceMillis) continue;
      throw new Error(
        `nothing for ${silenceMillis / 1000} s after ${now.operations} timed replies`,
      );
    }
  };
  const start = reading(pid, operations());
  const before = await spend(start, warmUpMillis, 2);
  const after = await spend(before, measureMillis, minOperations);
  return {
    operations: after.operations - before.operations,
    seconds: after.seconds - before.seconds,
    serverMicros: after.serverMicros - before.serverMicros,
    loadMicros: after.loadMicros - before.loadMicros,
  };
}

function reading(pid: number, operations: number): Cost {
  const own = process.cpuUsage();
  return {
    operations,
    seconds: performance.now() / 1000,
    serverMicros: cpuMicros(pid),
    loadMicros: own.user + own.system,
  };
}

/** Different messages in turn, so that no two successive ones are equal. */
const distinctMessages = 4;

class EchoLoad {
  replies = 0;
  /** Rejects when a connection ends early or the server sends something it must not. */
  readonly failure: Promise<never>;
  #fail: (error: Error) => void = () => {};
  readonly #connections: readonly ClientConnection[];
  /** `#requests[k]` holds k frames, ready to write. */
  readonly #requests: readonly Buffer[];

  private constructor(connections: readonly ClientConnection[], workload: EchoWorkload) {
    this.#connections = connections;
    this.failure = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.failure.catch(() => {});
    this.#requests = prebuilt(workload);
  }

  static async open(port: number, workload: EchoWorkload): Promise<EchoLoad> {
    const connections: ClientConnection[] = [];
    for (let index = 0; index < workload.connections; index++) {
      connections.push(await ClientConnection.open({ port, deflate: workload.deflate }));
    }
    return new EchoLoad(connections, workload);
  }

  start(): void {
    for (const connection of this.#connections) {
      const counter = new ReplyCounter();
      const { socket } = connection;
      connection.onEnd = this.#fail;
      connection.onBytes = (chunk, length) => {
        const messages = counter.count(chunk, length);
        if (counter.violation) this.#fail(new Error(`the server sent ${counter.violation}`));
        if (messages === 0) return;
        this.replies += messages;
        const requests = this.#requests[messages];
        if (requests) socket.write(requests);
        else this.#fail(new Error(`${messages} replies to fewer messages`));
      };
      socket.write(this.#requests.at(-1)!);
    }
  }

  stop(): void {
    for (const connection of this.#connections) connection.destroy();
  }
}

function prebuilt(workload: EchoWorkload): Buffer[] {
  const distinct = Array.from({ length: Math.min(distinctMessages, workload.depth) }, (_, n) =>
    requestFrame(workload, n),
  );
  const all = Array.from({ length: workload.depth }, (_, n) => distinct[n % distinct.length]!);
  return Array.from({ length: workload.depth + 1 }, (_, count) =>
    Buffer.concat(all.slice(0, count)),
  );
}
