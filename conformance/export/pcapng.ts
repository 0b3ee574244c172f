/**
 * Conversations as a packet capture (pcapng), for Wireshark: each on a synthetic TCP connection, with
 * the segments, ends and times of the timeline. TLS is shown decrypted. Addresses are those for
 * documentation (RFC 5737); the server's port is 80, which every reader decodes as HTTP.
 */
import { forTerminal } from '../untrusted/inert.ts';
import { otherSide, type Side, type TimelineEntry } from '../wire/timeline.ts';
import { type Segment, tcpPacket } from './packet.ts';
import type { RecordedConversation } from './recorded.ts';

/** https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-03.html */
const blockTypes = { section: 0x0a0d0d0a, interface: 1, packet: 6 } as const;
const linkTypeEthernet = 1;
const options = { end: 0, comment: 1 } as const;
/** The length of an option has two bytes. */
const longestComment = 65_535;

/**
 * The conversations as a packet capture, which Wireshark opens: a TCP connection for each, with
 * what was inside TLS in the clear.
 * @throws {RangeError} for a timeline over HTTP/2, which holds only one stream of its connection
 */
export function renderPcapng(recorded: readonly RecordedConversation[]): Buffer {
  const packets = recorded.flatMap(packetsOf);
  return Buffer.concat([sectionHeader(), interfaceDescription(), ...packets]);
}

function packetsOf({ name, startedAt, timeline }: RecordedConversation, index: number): Buffer[] {
  if (timeline.transport === 'h2') {
    throw new RangeError(`${name} was held over HTTP/2: there is no TCP stream to show`);
  }
  const epoch = BigInt(Date.parse(startedAt)) * 1000n;
  const connection = new Connection(49152 + (index % 16384), epoch);
  connection.open(name);
  for (const entry of timeline.entries) connection.push(entry);
  return connection.packets;
}

/** The largest payload of a segment on Ethernet. */
const maxSegment = 1460;
/** Arbitrary; a round number makes Wireshark's absolute numbers readable. */
const initialSequence = 1000;

/** Both ends of one TCP connection, as far as sequence numbers go (RFC 9293 §3.4). */
class Connection {
  readonly packets: Buffer[] = [];
  readonly #clientPort: number;
  readonly #epoch: bigint;
  readonly #next: Record<Side, number> = { client: initialSequence, server: initialSequence };
  #isReset = false;
  readonly #hasEnded: Record<Side, boolean> = { client: false, server: false };

  /** @param epoch the timeline's beginning, in microseconds since 1970 */
  constructor(clientPort: number, epoch: bigint) {
    this.#clientPort = clientPort;
    this.#epoch = epoch;
  }

  open(comment: string): void {
    this.#send('client', 0, { flags: ['SYN'], occupies: 1 }, comment);
    this.#send('server', 0, { flags: ['SYN', 'ACK'], occupies: 1 });
    this.#send('client', 0, { flags: ['ACK'] });
  }

  push(entry: TimelineEntry): void {
    if (this.#isReset) return;
    switch (entry.kind) {
      case 'bytes':
        for (let start = 0; start < entry.bytes.length; start += maxSegment) {
          const payload = entry.bytes.subarray(start, start + maxSegment);
          const segment = { flags: ['PSH', 'ACK'], payload, occupies: payload.length } as const;
          this.#send(entry.from, entry.at, segment);
        }
        return;
      case 'fin':
        this.#hasEnded[entry.from] = true;
        this.#send(entry.from, entry.at, { flags: ['FIN', 'ACK'], occupies: 1 });
        this.#send(otherSide(entry.from), entry.at, { flags: ['ACK'] });
        return;
      case 'rst':
        this.#isReset = true;
        this.#send(entry.from, entry.at, { flags: ['RST', 'ACK'] });
        return;
      case 'timeout':
        this.#send('client', entry.at, { flags: ['ACK'] }, `waited for ${entry.waitingFor}`);
        return;
      case 'drop': {
        const flags: Segment['flags'] = this.#hasEnded[entry.from] ? ['ACK'] : ['FIN', 'ACK'];
        this.#send(entry.from, entry.at, { flags }, 'dropped by the harness');
        return;
      }
      case 'overflow':
        this.#send(
          'client',
          entry.at,
          { flags: ['ACK'] },
          `more than ${entry.limit}: reading stopped`,
        );
        return;
      case 'script':
        return;
    }
  }

  /** @param segment `occupies`: sequence numbers that it takes; SYN and FIN take one */
  #send(
    from: Side,
    at: number,
    { flags, payload, occupies = 0 }: Pick<Segment, 'flags' | 'payload'> & { occupies?: number },
    comment?: string,
  ): void {
    const to = otherSide(from);
    const packet = tcpPacket({
      from,
      clientPort: this.#clientPort,
      sequence: this.#next[from],
      acknowledgement: flags.includes('ACK') ? this.#next[to] : 0,
      flags,
      ...(payload && { payload }),
    });
    this.#next[from] = (this.#next[from] + occupies) >>> 0;
    this.packets.push(enhancedPacket(packet, this.#epoch + BigInt(Math.round(at * 1000)), comment));
  }
}

/** With unknown length and without options. */
function sectionHeader(): Buffer {
  const body = Buffer.alloc(16);
  body.writeUInt32LE(0x1a2b3c4d, 0);
  body.writeUInt16LE(1, 4);
  body.writeBigInt64LE(-1n, 8);
  return block(blockTypes.section, body);
}

/** Ethernet, packets whole, times in microseconds. */
function interfaceDescription(): Buffer {
  const body = Buffer.alloc(8);
  body.writeUInt16LE(linkTypeEthernet, 0);
  return block(blockTypes.interface, body);
}

function enhancedPacket(packet: Buffer, time: bigint, comment: string | undefined): Buffer {
  const head = Buffer.alloc(20);
  head.writeUInt32LE(Number(time >> 32n), 4);
  head.writeUInt32LE(Number(time & 0xffff_ffffn), 8);
  head.writeUInt32LE(packet.length, 12);
  head.writeUInt32LE(packet.length, 16);
  return block(blockTypes.packet, Buffer.concat([head, padded(packet), commentOption(comment)]));
}

function commentOption(comment: string | undefined): Buffer {
  if (comment === undefined) return Buffer.alloc(0);
  const words = Buffer.from(forTerminal(comment)).subarray(0, longestComment);
  const head = Buffer.alloc(4);
  head.writeUInt16LE(options.comment, 0);
  head.writeUInt16LE(words.length, 2);
  return Buffer.concat([head, padded(words), Buffer.alloc(4, options.end)]);
}

/** Type, length, body, and the length again, so that files can be read backwards. */
function block(type: number, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length + 12);
  const head = Buffer.alloc(4);
  head.writeUInt32LE(type);
  return Buffer.concat([head, length, body, length]);
}

/** To a multiple of four bytes. */
function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}
