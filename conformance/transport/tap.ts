/**
 * A TCP relay that records what passes and changes nothing: bytes go on at once, a FIN stays a FIN
 * with the other direction open, a reset stays a reset, and a slow reader slows the writer down.
 */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { annotate } from '../wire/annotate.ts';
import {
  type Conversation,
  type ConversationEvent,
  ConversationReader,
} from '../wire/conversation.ts';
import {
  bytesFrom,
  type Side,
  type Timeline,
  type TimelineEntry,
  TimelineRecorder,
} from '../wire/timeline.ts';

export interface TapOptions {
  readonly target: { readonly host: string; readonly port: number };
  /** Where to listen; default 127.0.0.1 and any free port. */
  readonly host?: string;
  readonly port?: number;
  /** How much of one connection is recorded; default 128 MiB and 250,000 frames. */
  readonly limit?: RecordLimit;
}

/** What a subscriber hears, in order. */
export type TapActivity =
  | { readonly kind: 'opened'; readonly connection: TapConnection }
  | {
      readonly kind: 'entry';
      readonly connection: TapConnection;
      readonly entry: TimelineEntry;
      /** What this entry completed. */
      readonly events: readonly ConversationEvent[];
    }
  /** Both sockets are gone: the timeline will not grow any more. */
  | { readonly kind: 'closed'; readonly connection: TapConnection };

export type TapListener = (activity: TapActivity) => void;

const defaultTimeout = 10_000;

/** What is recorded of one connection: then it is relayed on, and the record says that it is cut. */
const defaultLimit: RecordLimit = { octets: 128 * 1024 * 1024, frames: 250_000 };

/** Of both sides together. */
export interface RecordLimit {
  readonly octets: number;
  readonly frames: number;
}

/**
 * Listens, and resolves when it does.
 * @throws where the address cannot be bound; the message says which one and what to do.
 */
export async function startTap(options: TapOptions): Promise<Tap> {
  const { host = '127.0.0.1', port = 0, target, limit } = options;
  // pauseOnConnect: nothing is read before there is somebody to pass it on to.
  const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const advice =
        error.code === 'EADDRINUSE'
          ? 'something else listens there; port 0 takes any free one'
          : error.message;
      reject(new Error(`The tap cannot listen on ${host}:${port}: ${advice}.`, { cause: error }));
    });
    server.listen({ host, port }, resolve);
  });
  return new Tap(server, target, limit);
}

export class Tap {
  readonly host: string;
  readonly port: number;
  /** In order of arrival, closed ones too. */
  readonly connections: TapConnection[] = [];
  readonly #server: Server;
  readonly #listeners = new Set<TapListener>();

  /** @param server listening; made by `startTap` */
  constructor(server: Server, target: TapOptions['target'], limit = defaultLimit) {
    this.#server = server;
    const { address, port } = server.address() as AddressInfo;
    this.host = address;
    this.port = port;
    server.removeAllListeners('error');
    server.on('connection', (client) => {
      const index = this.connections.length;
      const connection = new TapConnection(index, client, target, limit, (activity) => {
        for (const listener of this.#listeners) listener(activity);
      });
      this.connections.push(connection);
      connection.announce();
    });
  }

  /** Calls `listener` for everything from now on; call the returned function to stop. */
  subscribe(listener: TapListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * The connection of that index, 0 being the first, as soon as it is there.
   * @throws when it has not come after `patience` milliseconds
   */
  async connection(index = 0, patience = defaultTimeout): Promise<TapConnection> {
    const seen = this.connections[index];
    if (seen) return seen;
    return observe<TapConnection>(
      (resolve) =>
        this.subscribe((activity) => {
          if (activity.kind === 'opened' && activity.connection.index === index) {
            resolve(activity.connection);
          }
        }),
      patience,
      () => `connection ${index} did not come: there were ${this.connections.length}`,
    );
  }

  /** Stops listening and cuts every connection. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const connection of this.connections) connection.cut();
    await closed;
  }
}

/** One relayed connection and its record. */
export class TapConnection {
  readonly index: number;
  /** Why the relay could not do its work; undefined while it can. The timeline does not show it. */
  failure: string | undefined;
  isClosed = false;
  readonly #target: string;
  #hasTarget = false;
  readonly #recorder = new TimelineRecorder('tcp');
  readonly #reader = new ConversationReader('tcp');
  readonly #events: ConversationEvent[] = [];
  readonly #sockets: Record<Side, Socket>;
  readonly #report: TapListener;
  readonly #listeners = new Set<TapListener>();
  readonly #limit: RecordLimit;
  #octets = 0;
  #frames = 0;
  #isCut = false;

  constructor(
    index: number,
    client: Socket,
    target: TapOptions['target'],
    limit: RecordLimit,
    report: TapListener,
  ) {
    this.index = index;
    this.#limit = limit;
    this.#report = report;
    const server = connect({ ...target, allowHalfOpen: true, noDelay: true });
    this.#sockets = { client, server };
    this.#target = `${target.host}:${target.port}`;
    this.#relay('client', client, server);
    this.#relay('server', server, client);
    server.once('connect', () => {
      this.#hasTarget = true;
      client.resume();
    });
    let open = 2;
    for (const socket of [client, server]) {
      socket.once('close', () => {
        open -= 1;
        if (open > 0) return;
        this.isClosed = true;
        this.#tell({ kind: 'closed', connection: this });
      });
    }
  }

  timeline(): Timeline {
    return this.#recorder.timeline();
  }

  conversation(): Conversation {
    return this.#reader.conversation();
  }

  /** Everything that side wrote so far. */
  bytes(side: Side): Buffer {
    return bytesFrom(this.timeline(), side);
  }

  /** The record so far, as text for a person. */
  annotated(): string {
    return annotate(this.timeline()) + (this.failure ? `The tap ${this.failure}.\n` : '');
  }

  /**
   * The first event that `wanted` accepts, past ones included.
   * @param words what is waited for, as an error would name it: `a Close frame from the server`
   * @throws when it has not come after `patience` milliseconds, or cannot come any more; the message
   *   shows the whole record
   */
  async event<Wanted extends ConversationEvent>(
    words: string,
    wanted: (event: ConversationEvent) => event is Wanted,
    patience?: number,
  ): Promise<Wanted>;
  async event(
    words: string,
    wanted: (event: ConversationEvent) => boolean,
    patience?: number,
  ): Promise<ConversationEvent>;
  async event(
    words: string,
    wanted: (event: ConversationEvent) => boolean,
    patience = defaultTimeout,
  ): Promise<ConversationEvent> {
    const past = this.#events.find(wanted);
    if (past) return past;
    const missing = () => `connection ${this.index}: no ${words}\n\n${this.annotated()}`;
    if (this.isClosed) throw new Error(missing());
    return observe<ConversationEvent>(
      (resolve, reject) =>
        this.#subscribe((activity) => {
          const event = activity.kind === 'entry' ? activity.events.find(wanted) : undefined;
          if (event) resolve(event);
          else if (activity.kind === 'closed') reject(new Error(missing()));
        }),
      patience,
      missing,
    );
  }

  /** The whole timeline, once both sockets are gone. */
  async closed(patience = defaultTimeout): Promise<Timeline> {
    if (!this.isClosed) {
      await observe<void>(
        (resolve) =>
          this.#subscribe((activity) => {
            if (activity.kind === 'closed') resolve();
          }),
        patience,
        () => `connection ${this.index} is still open\n\n${this.annotated()}`,
      );
    }
    return this.timeline();
  }

  /** Destroys both sockets; nothing of it is recorded. */
  cut(): void {
    for (const socket of Object.values(this.#sockets)) socket.destroy();
  }

  announce(): void {
    this.#tell({ kind: 'opened', connection: this });
  }

  #relay(side: Side, from: Socket, to: Socket): void {
    from.on('data', (bytes) => {
      this.#recordBytes(side, bytes);
      if (!to.write(bytes)) from.pause();
    });
    to.on('drain', () => from.resume());
    from.on('end', () => {
      this.#record(this.#recorder.end('fin', side));
      to.end();
    });
    from.on('error', (error: NodeJS.ErrnoException) => {
      if (!this.#hasTarget && side === 'server') {
        // A client that dialled the target itself would have been refused: a reset is nearest.
        this.failure = `could not connect to ${this.#target}: ${error.message}`;
      } else if (error.code === 'ECONNRESET' || error.code === 'EPIPE') {
        this.#record(this.#recorder.end('rst', side));
      } else {
        this.failure ??= `lost the ${side}: ${error.message}`;
      }
      reset(to);
    });
  }

  /** All that comes later is relayed and not recorded: a stream with a gap could not be read. */
  #recordBytes(side: Side, bytes: Buffer): void {
    if (this.#isCut) return;
    this.#octets += bytes.length;
    this.#record(this.#recorder.bytes(side, bytes));
    const { octets, frames } = this.#limit;
    this.#isCut = this.#octets > octets || this.#frames > frames;
    if (!this.#isCut) return;
    const passed =
      this.#octets > octets
        ? `${octets.toLocaleString('en')} bytes`
        : `${frames.toLocaleString('en')} frames`;
    this.#record(this.#recorder.overflow(side, passed));
  }

  #record(entry: TimelineEntry): void {
    const events = this.#reader.push(entry);
    for (const event of events) {
      this.#events.push(event);
      if (event.kind === 'frame') this.#frames += 1;
    }
    this.#tell({ kind: 'entry', connection: this, entry, events });
  }

  #subscribe(listener: TapListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(activity: TapActivity): void {
    this.#report(activity);
    for (const listener of this.#listeners) listener(activity);
  }
}

/** Passes a reset on, behind the bytes that came before it. */
function reset(socket: Socket): void {
  if (socket.destroyed) return;
  if (socket.writableLength === 0 || !socket.writable) socket.resetAndDestroy();
  else socket.write(Buffer.alloc(0), () => socket.resetAndDestroy());
}

/** A promise for an observation, which stops observing when it is settled. */
async function observe<Seen>(
  start: (resolve: (seen: Seen) => void, reject: (error: Error) => void) => () => void,
  patience: number,
  words: () => string,
): Promise<Seen> {
  let stop = () => {};
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Seen>((resolve, reject) => {
      stop = start(resolve, reject);
      timer = setTimeout(() => reject(new Error(`after ${patience} ms: ${words()}`)), patience);
    });
  } finally {
    clearTimeout(timer);
    stop();
  }
}
