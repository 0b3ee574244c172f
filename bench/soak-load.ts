/** Clients of every kind that a public server meets, each acting until stopped. */

import { Buffer } from 'node:buffer';
import { setTimeout as delay } from 'node:timers/promises';
import { ClientConnection } from './client-connection.ts';
import { clientFrame, deflated } from './client-frame.ts';
import { binaryMessage, jsonMessage, nonAsciiMessage } from './messages.ts';
import { ReplyReader } from './reply-reader.ts';

export interface SoakCounts {
  opened: number;
  echoed: number;
  closedProperly: number;
  vanished: number;
  offended: number;
  /** The server's mistakes; the first few, and their number. */
  readonly failures: string[];
  failed: number;
}

const keptFailures = 5;
/** Handshakes in flight: as fast as the server accepts them, however slow the machine. */
const openingAtOnce = 50;
const KiB = 1024;
/** Pause between the actions of one client: half of it to one and a half, milliseconds. */
const pause = 1000;
const replyDeadline = 30_000;

interface Message {
  readonly payload: Buffer;
  readonly frames: Buffer;
}

interface Part {
  /** How many of a hundred clients act like this. */
  readonly share: number;
  readonly name: string;
  readonly play: (client: SoakClient) => Promise<void>;
}

const whole = (opcode: number, payload: Buffer): Message => ({
  payload,
  frames: clientFrame(opcode, payload),
});

const parts: readonly Part[] = [
  {
    share: 52,
    name: 'small binary',
    play: (client) => client.echo([whole(2, binaryMessage(125, client.next()))]),
  },
  {
    share: 12,
    name: 'text',
    play: (client) => client.echo([whole(1, nonAsciiMessage(KiB, client.next()))]),
  },
  { share: 10, name: 'compressed', play: (client) => client.echo([compressedJson(client)]) },
  { share: 6, name: 'fragments', play: (client) => client.echo([fragmentedWithPings(client)]) },
  { share: 2, name: 'slow reader', play: (client) => client.echoSlowly(largeMessages(client, 4)) },
  { share: 10, name: 'proper close', play: (client) => client.closeProperly() },
  { share: 4, name: 'vanishing', play: (client) => client.vanish() },
  { share: 4, name: 'offence', play: (client) => client.offend() },
];

function compressedJson(client: SoakClient): Message {
  const payload = jsonMessage(KiB, client.next());
  return client.deflate
    ? { payload, frames: clientFrame(1, deflated(payload), { compressed: true }) }
    : whole(1, payload);
}

function fragmentedWithPings(client: SoakClient): Message {
  const payload = binaryMessage(100 * KiB, client.next());
  const size = 16 * KiB;
  const frames: Buffer[] = [];
  for (let at = 0; at < payload.length; at += size) {
    const fin = at + size >= payload.length;
    frames.push(clientFrame(at === 0 ? 2 : 0, payload.subarray(at, at + size), { fin }));
    frames.push(clientFrame(9, Buffer.from(String(at))));
  }
  return { payload, frames: Buffer.concat(frames) };
}

function largeMessages(client: SoakClient, count: number): Message[] {
  return Array.from({ length: count }, () => whole(2, binaryMessage(256 * KiB, client.next())));
}

/**
 * Connects `clients` clients, and once all are connected lets them act for `seconds`, while
 * `meanwhile` runs too. All have disconnected when it resolves.
 */
export async function soak(
  port: number,
  clients: number,
  seconds: number,
  meanwhile: () => Promise<void> = async () => {},
): Promise<SoakCounts> {
  const counts: SoakCounts = {
    opened: 0,
    echoed: 0,
    closedProperly: 0,
    vanished: 0,
    offended: 0,
    failures: [],
    failed: 0,
  };
  const cast = parts.flatMap((part) => Array<Part>(part.share).fill(part));
  const door = new Door(port);
  const crowd = Array.from(
    { length: clients },
    (_, index) => new SoakClient(door, cast[index % cast.length]!, counts),
  );
  await Promise.all(crowd.map((client) => client.arrive()));
  const stopAt = performance.now() + seconds * 1000;
  const playing = crowd.map(async (client) => {
    await delay(Math.min(pause, seconds * 1000) * Math.random());
    while (performance.now() < stopAt) {
      await client.play();
      const left = stopAt - performance.now();
      if (left > 0) await delay(Math.min(left, pause * (0.5 + Math.random())));
    }
    client.hangUp();
  });
  await Promise.all([...playing, meanwhile()]);
  return counts;
}

/** Lets connections be opened a few at a time. */
class Door {
  readonly #port: number;
  readonly #waiting: (() => void)[] = [];
  #opening = 0;

  constructor(port: number) {
    this.#port = port;
  }

  async open(): Promise<ClientConnection> {
    if (this.#opening < openingAtOnce) this.#opening++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await ClientConnection.open({ port: this.#port, deflate: true });
    } finally {
      // A waiting client takes over the slot.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#opening--;
    }
  }
}

class SoakClient {
  readonly #door: Door;
  readonly #part: Part;
  readonly #counts: SoakCounts;
  #connection: ClientConnection | undefined;
  #reader = new ReplyReader();
  #sequence = Math.floor(Math.random() * 2 ** 20);

  constructor(door: Door, part: Part, counts: SoakCounts) {
    this.#door = door;
    this.#part = part;
    this.#counts = counts;
  }

  get deflate(): boolean {
    return this.#connection?.deflate ?? false;
  }

  next(): number {
    return this.#sequence++;
  }

  async arrive(): Promise<void> {
    try {
      await this.#open();
    } catch (error) {
      this.#wentWrong('arrival', error as Error);
    }
  }

  /** Acts once, on a new connection if the last one has ended. */
  async play(): Promise<void> {
    try {
      if (!this.#connection) await this.#open();
      await this.#part.play(this);
    } catch (error) {
      this.#wentWrong(this.#part.name, error as Error);
    }
  }

  async #open(): Promise<void> {
    this.#connection = await this.#door.open();
    this.#reader = new ReplyReader();
    this.#counts.opened++;
  }

  #wentWrong(where: string, error: Error): void {
    this.#counts.failed++;
    const { failures } = this.#counts;
    if (failures.length < keptFailures) failures.push(`${where}: ${error.message}`);
    this.hangUp();
  }

  hangUp(): void {
    this.#connection?.destroy();
    this.#connection = undefined;
  }

  async echo(messages: readonly Message[]): Promise<void> {
    const answered = this.#replies(messages);
    for (const { frames } of messages) this.#connection!.socket.write(frames);
    await answered;
  }

  /** Sends without reading for a while, so that the server's output backs up. */
  async echoSlowly(messages: readonly Message[]): Promise<void> {
    const { socket } = this.#connection!;
    const answered = this.#replies(messages);
    answered.catch(() => {});
    socket.pause();
    for (const { frames } of messages) socket.write(frames);
    await delay(pause / 4);
    socket.resume();
    await answered;
  }

  async closeProperly(): Promise<void> {
    await this.echo([whole(2, binaryMessage(125, this.next()))]);
    const code = Buffer.from([0x03, 0xe8]);
    await this.#closedWith(1000, clientFrame(8, code));
    this.#counts.closedProperly++;
  }

  /** Leaves in the middle of a frame, every other time with a reset. */
  async vanish(): Promise<void> {
    const half = clientFrame(2, binaryMessage(64 * KiB, this.next())).subarray(0, 40 * KiB);
    const { socket } = this.#connection!;
    await new Promise((resolve) => socket.write(half, resolve));
    if (this.next() % 2 === 0) socket.resetAndDestroy();
    this.hangUp();
    this.#counts.vanished++;
  }

  /** Sends an unmasked frame, which the server has to answer with 1002 (RFC 6455 §5.1). */
  async offend(): Promise<void> {
    await this.#closedWith(1002, Buffer.from([0x82, 0x01, 0x00]));
    this.#counts.offended++;
  }

  #replies(messages: readonly Message[]): Promise<void> {
    let received = 0;
    return this.#until((bytes, done) => {
      for (const reply of this.#reader.read(bytes)) {
        const expected = messages[received++]?.payload;
        if (!expected?.equals(reply.payload)) throw new Error('a reply that is not the echo');
        this.#counts.echoed++;
      }
      if (received === messages.length) done();
    });
  }

  async #closedWith(code: number, frame: Buffer): Promise<void> {
    const closed = this.#until((bytes, done) => {
      try {
        this.#reader.read(bytes);
      } catch (error) {
        if (!(error as Error).message.startsWith(`the server sent Close: ${code}`)) throw error;
        done();
      }
    });
    this.#connection!.socket.write(frame);
    await closed;
    this.hangUp();
  }

  #until(look: (bytes: Buffer, done: () => void) => void): Promise<void> {
    const connection = this.#connection!;
    return new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`no answer for ${replyDeadline / 1000} s`)),
        replyDeadline,
      );
      const settle = (error?: Error) => {
        clearTimeout(timer);
        connection.onBytes = () => {};
        if (error) reject(error);
        else resolve();
      };
      connection.onEnd = settle;
      connection.onBytes = (chunk, length) => {
        try {
          look(chunk.subarray(0, length), settle);
        } catch (error) {
          settle(error as Error);
        }
      };
    });
  }
}
