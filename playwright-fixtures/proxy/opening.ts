/** How a request that a browser sends through the recorder opens a WebSocket connection, if it does. */

/** What the recorder needs of an opening handshake before the target sees it. */
export interface OpeningRequest {
  /** Of the request line: `/chat?room=1`. */
  readonly target: string;
  /** The value of Host. */
  readonly host: string;
  readonly origin: string | undefined;
}

const longestHead = 64 * 1024;
const emptyLine = '\r\n\r\n';

/**
 * Looks at what a connection begins with.
 * @returns the handshake; `other` for anything else; undefined while the head is not complete
 */
export function readOpening(bytes: Buffer): OpeningRequest | 'other' | undefined {
  const start = bytes.toString('latin1', 0, 4);
  if (!'GET '.startsWith(start) && start !== 'GET ') return 'other';
  const end = bytes.indexOf(emptyLine);
  if (end === -1) return bytes.length > longestHead ? 'other' : undefined;
  const [line, ...fields] = bytes.toString('latin1', 0, end).split('\r\n');
  const fieldNamed = (name: string) => {
    const field = fields.find((each) => each.toLowerCase().startsWith(`${name}:`));
    return field?.slice(name.length + 1).trim();
  };
  if (fieldNamed('upgrade')?.toLowerCase() !== 'websocket') return 'other';
  const target = line!.split(' ')[1] ?? '/';
  return { target, host: fieldNamed('host') ?? '', origin: fieldNamed('origin') };
}
