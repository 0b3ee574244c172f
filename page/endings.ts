/**
 * Explains how a connection ended. Meanings of close codes: RFC 6455 §7.4.1 and the IANA registry
 * that §11.7 opened.
 */

const meanings: Record<number, string> = {
  1000: 'normal closure: the purpose of the connection is fulfilled',
  1001: 'going away: a server shuts down, or a user left the page',
  1002: 'protocol error: the peer broke a rule of the protocol',
  1003: 'unsupported data: a type of message that this endpoint does not accept',
  1005: 'no status: the Close frame carried no code',
  1006: 'abnormal closure: no Close frame arrived, so the browser generated this code',
  1007: 'invalid payload: the data does not match the type of the message, such as text that is not UTF-8',
  1008: 'policy violation: the message breaks a rule of this endpoint',
  1009: 'message too big',
  1010: 'missing extension: the client requires one that the server did not accept',
  1011: 'internal error: the server met something it cannot handle',
  1012: 'service restart',
  1013: 'try again later: the server is overloaded',
  1014: 'bad gateway: the server, as a proxy, got an invalid response',
  1015: 'TLS failure: the TLS handshake failed',
  3000: 'unauthorized',
  3003: 'forbidden',
  3008: 'timeout',
};

/** The meaning of a close code, without a full stop. */
export function meaningOf(code: number) {
  const known = meanings[code];
  if (known) return known;
  if (code >= 3000 && code <= 3999) return 'a code registered for a library or framework';
  if (code >= 4000 && code <= 4999) return 'a private code, defined by the application';
  return 'a code without a defined meaning';
}

/** Whether a page may pass this code to `close()`: the browser allows 1000 and 3000-4999. */
export function mayBeSent(code: number) {
  return code === 1000 || (code >= 3000 && code <= 4999);
}

/**
 * the outcome of a plain HTTP request to the same
 *   address: an answer, no connection, or a connection without an answer in time
 */
export type HttpAnswer = 'answered' | 'nothing' | 'silent';

/**
 * @param ending the close event of a connection that was open
 * @param closedHere whether this page called `close()` before
 * @returns a sentence or two
 */
export function explainClose({ wasClean }: { wasClean: boolean }, closedHere: boolean): string {
  if (!wasClean) {
    return (
      'The connection was lost: it ended without a closing handshake. The other side stopped, ' +
      'the network failed, or this browser rejected what it received.'
    );
  }
  const who = closedHere ? 'This page asked to close' : 'The server closed the connection';
  return `${who}, with a complete closing handshake: each side has received the other's Close frame.`;
}

/**
 * Browsers hide from pages why a connection failed, so that pages cannot scan networks. A plain
 * HTTP request to the same address distinguishes the usual causes.
 * @param address the WebSocket URL
 * @param answer undefined while it is unknown
 */
export function explainFailure(address: string, answer: HttpAnswer | undefined): string {
  const { host } = new URL(address);
  const failed = 'The connection was never opened.';
  if (answer === 'answered') {
    return (
      `${failed} Something at ${host} answers plain HTTP, so it is up, but it turned the WebSocket ` +
      'handshake down or answered it incorrectly. Check its log, the path, and the origins it allows.'
    );
  }
  if (answer === 'nothing') {
    return (
      `${failed} Most likely nothing is listening at ${host}: a plain HTTP request got no answer either. ` +
      'Is the server running, and is the port right? npm run dev starts ours.'
    );
  }
  if (answer === 'silent') {
    return (
      `${failed} ${host} accepts connections but sends nothing, neither to a WebSocket handshake nor ` +
      'to plain HTTP. It may be a server of another protocol, or one that hangs.'
    );
  }
  return `${failed} Trying plain HTTP at ${host} to find out why …`;
}

/**
 * @param address the WebSocket URL
 * @param seconds waited so far
 */
export function explainSilence(address: string, seconds: number) {
  const { host } = new URL(address);
  const waited = seconds === 1 ? '1 second' : `${seconds} seconds`;
  return (
    `No answer from ${host} for ${waited}: the server is silent, or something on the way drops ` +
    'the data. The browser keeps waiting; “Give up” ends it.'
  );
}

/**
 * Sends a plain HTTP request to the address of a WebSocket, to explain why the WebSocket failed.
 * @param address the WebSocket URL
 * @param timeout milliseconds
 */
export async function askOverHttp(address: string, timeout: number): Promise<HttpAnswer> {
  const signal = AbortSignal.timeout(timeout);
  try {
    // An opaque answer is enough: it proves that something there speaks HTTP, and nothing more.
    await fetch(address.replace(/^ws/, 'http'), {
      mode: 'no-cors',
      cache: 'no-store',
      credentials: 'omit',
      signal,
    });
    return 'answered';
  } catch {
    return signal.aborted ? 'silent' : 'nothing';
  }
}
