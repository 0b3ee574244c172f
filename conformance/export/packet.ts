/** One TCP segment in IPv4 in Ethernet, with its checksums (RFC 791 §3.1, RFC 9293 §3.1). */
import { otherSide, type Side } from '../wire/timeline.ts';

const bits = { FIN: 0x01, SYN: 0x02, RST: 0x04, PSH: 0x08, ACK: 0x10 } as const;

export interface Segment {
  readonly from: Side;
  readonly clientPort: number;
  readonly sequence: number;
  readonly acknowledgement: number;
  readonly flags: readonly (keyof typeof bits)[];
  readonly payload?: Uint8Array;
}

/** RFC 5737: for documentation. */
const addresses: Readonly<Record<Side, Buffer>> = {
  client: Buffer.of(192, 0, 2, 1),
  server: Buffer.of(192, 0, 2, 2),
};

/** Locally administered, one per end. */
const hardware: Readonly<Record<Side, Buffer>> = {
  client: Buffer.of(2, 0, 0, 0, 0, 1),
  server: Buffer.of(2, 0, 0, 0, 0, 2),
};

const serverPort = 80;
const [ipHeader, tcpHeader] = [20, 20];
const protocolTcp = 6;

export function tcpPacket(segment: Segment): Buffer {
  const { from } = segment;
  const to = otherSide(from);
  const tcp = tcpSegment(segment, to);
  const ip = Buffer.alloc(ipHeader);
  ip[0] = 0x45;
  ip.writeUInt16BE(ipHeader + tcp.length, 2);
  ip.writeUInt16BE(0x4000, 6); // Don't Fragment
  ip[8] = 64;
  ip[9] = protocolTcp;
  addresses[from].copy(ip, 12);
  addresses[to].copy(ip, 16);
  ip.writeUInt16BE(checksum(ip), 10);
  const etherTypeIpv4 = Buffer.of(0x08, 0x00);
  return Buffer.concat([hardware[to], hardware[from], etherTypeIpv4, ip, tcp]);
}

function tcpSegment(segment: Segment, to: Side): Buffer {
  const { from, clientPort, sequence, acknowledgement, flags, payload } = segment;
  const ports = { client: clientPort, server: serverPort };
  const tcp = Buffer.alloc(tcpHeader + (payload?.length ?? 0));
  tcp.writeUInt16BE(ports[from], 0);
  tcp.writeUInt16BE(ports[to], 2);
  tcp.writeUInt32BE(sequence, 4);
  tcp.writeUInt32BE(acknowledgement, 8);
  tcp[12] = (tcpHeader / 4) << 4;
  tcp[13] = flags.reduce((octet, flag) => octet | bits[flag], 0);
  tcp.writeUInt16BE(0xffff, 14);
  if (payload) tcp.set(payload, tcpHeader);
  const pseudo = Buffer.concat([addresses[from], addresses[to], Buffer.of(0, protocolTcp, 0, 0)]);
  pseudo.writeUInt16BE(tcp.length, 10);
  tcp.writeUInt16BE(checksum(Buffer.concat([pseudo, tcp])), 16);
  return tcp;
}

/** The Internet checksum (RFC 1071). */
function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let index = 0; index < bytes.length; index += 2) {
    sum += (bytes[index]! << 8) | (bytes[index + 1] ?? 0);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
