/** What a TLS client asks for in its first message (RFC 8446 §4.1.2): host name and protocols. */

export interface ClientHello {
  /** From server_name (RFC 6066 §3). */
  readonly servername: string | undefined;
  /** From ALPN (RFC 7301 §3.1), in order; empty if it was not sent. */
  readonly protocols: readonly string[];
}

const handshakeRecord = 22;
const clientHello = 1;
const extensionTypes = { serverName: 0, alpn: 16 } as const;

/** Whether a connection that begins with this octet is TLS. */
export const isTls = (first: number | undefined): boolean => first === handshakeRecord;

/**
 * Reads a ClientHello from the octets that a connection begins with.
 * @returns undefined while it is not complete
 * @throws {RangeError} if this is no ClientHello
 */
export function readClientHello(bytes: Buffer): ClientHello | undefined {
  const message = joinRecords(bytes);
  if (!message) return undefined;
  const reader = new Reader(message);
  if (reader.number(1) !== clientHello) throw new RangeError('not a ClientHello');
  const body = reader.vector(3);
  body.skip(2 + 32); // version, random
  body.vector(1); // session id
  body.vector(2); // cipher suites
  body.vector(1); // compression methods
  let servername: string | undefined;
  let protocols: string[] = [];
  const extensions = body.isAtEnd ? undefined : body.vector(2);
  while (extensions && !extensions.isAtEnd) {
    const type = extensions.number(2);
    const data = extensions.vector(2);
    if (type === extensionTypes.serverName) servername = hostNameIn(data.vector(2));
    if (type === extensionTypes.alpn) protocols = namesIn(data.vector(2));
  }
  return { servername, protocols };
}

/** The handshake message, which may span records (RFC 8446 §5.1); undefined while it is cut. */
function joinRecords(bytes: Buffer): Buffer | undefined {
  const parts: Buffer[] = [];
  for (let at = 0; at + 5 <= bytes.length; ) {
    if (bytes[at] !== handshakeRecord) throw new RangeError('not a handshake record');
    const end = at + 5 + bytes.readUInt16BE(at + 3);
    parts.push(bytes.subarray(at + 5, Math.min(end, bytes.length)));
    at = end;
  }
  const message = Buffer.concat(parts);
  if (message.length < 4) return undefined;
  return message.length < 4 + message.readUIntBE(1, 3) ? undefined : message;
}

function hostNameIn(list: Reader): string | undefined {
  while (!list.isAtEnd) {
    const type = list.number(1);
    const name = list.vector(2).text();
    if (type === 0) return name;
  }
  return undefined;
}

function namesIn(list: Reader): string[] {
  const names: string[] = [];
  while (!list.isAtEnd) names.push(list.vector(1).text());
  return names;
}

/** Numbers and vectors in the presentation language of TLS (RFC 8446 §3). */
class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  skip(octets: number): void {
    this.#at += octets;
  }

  number(octets: number): number {
    if (this.#at + octets > this.#bytes.length) throw new RangeError('a ClientHello that is cut');
    this.#at += octets;
    return this.#bytes.readUIntBE(this.#at - octets, octets);
  }

  /** @param octets of its length field */
  vector(octets: number): Reader {
    const length = this.number(octets);
    if (this.#at + length > this.#bytes.length) throw new RangeError('a vector that is cut');
    this.#at += length;
    return new Reader(this.#bytes.subarray(this.#at - length, this.#at));
  }

  text(): string {
    return this.#bytes.toString('latin1', this.#at);
  }
}
