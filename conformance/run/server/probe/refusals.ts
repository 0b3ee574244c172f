/** Targets that cannot be probed: the address is no WebSocket server, or it sends without end. */
import { describeHead } from '../../../judge/sentences.ts';
import { redactorFor } from '../../../redaction/redactor.ts';
import type { ServerTarget } from '../../../transport/connect.ts';
import type { Conversation } from '../../../wire/conversation.ts';
import { headerValues } from '../../../wire/http-head.ts';
import { escapeUnseen, quote } from '../../../wire/printable.ts';
import { bytesFrom, type Timeline } from '../../../wire/timeline.ts';

function bodyInWords({ server: { head, body } }: Conversation): string {
  const isChunked = head && headerValues(head, 'Transfer-Encoding').includes('chunked');
  const text = (isChunked ? withoutChunks(body) : body).subarray(0, mostOfBody);
  return text.length === 0 ? '' : `, with the body ${quote(text, mostOfBody)}`;
}

/** The content of what has come of a chunked body (RFC 9112 §7.1). */
function withoutChunks(body: Uint8Array): Uint8Array {
  const bytes = Buffer.from(body);
  const parts: Uint8Array[] = [];
  for (let at = 0; ; ) {
    const end = bytes.indexOf('\r\n', at);
    const size = end === -1 ? Number.NaN : Number.parseInt(bytes.toString('latin1', at, end), 16);
    if (!(size > 0)) return Buffer.concat(parts);
    parts.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
}

/** The address answers, but not as a WebSocket server: no case would be meaningful. */
export class NotAWebSocketServerError extends Error {
  override readonly name = 'NotAWebSocketServerError';
  /** Of its response, if that is HTTP. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

/** The target never stops sending: no answer could be recognised. */
export class FloodError extends Error {
  override readonly name = 'FloodError';

  constructor(url: URL, limit: string) {
    super(
      `${url.href} sends without end: more than ${limit} arrived unsolicited. Use a path or a target that only answers.`,
    );
  }
}

/** @throws {FloodError} when the target had to be cut off, as it would be in every case */
export function requireAnEnd({ url }: ServerTarget, { server: { ending } }: Conversation): void {
  if (ending.how === 'overflow') throw new FloodError(url, ending.limit);
}

/** How soon a target that closes by itself has to do it to count as one that serves nobody, in ms. */
const atOnce = 300;

/** Whether the target ended an accepted connection by itself, before anything was sent to it. */
export function endsAtOnce({ server, events }: Conversation): boolean {
  const openedAt = server.head?.at ?? 0;
  const end = events.find(
    (event) =>
      'from' in event &&
      event.from === 'server' &&
      (event.kind === 'close' || event.kind === 'fin' || event.kind === 'rst'),
  );
  const sent = events.find((event) => event.kind === 'frame' && event.from === 'client');
  return end !== undefined && end.at - openedAt <= atOnce && (sent?.at ?? end.at) >= end.at;
}

/** A target that accepts each handshake and then ends the connection: no case could be judged. */
export function closesAtOnce(
  target: ServerTarget,
  conversation: Conversation,
): NotAWebSocketServerError {
  const { close } = conversation.server;
  const reason = close && close.reason.length > 0 ? ` ${quote(close.reason)}` : '';
  const how = close ? `a Close ${close.code ?? 'without a code'}${reason}` : 'the end of TCP';
  return new NotAWebSocketServerError(
    redactorFor(target.url, target.headers).text(
      `${target.url.href} accepts a handshake and ends each connection at once, with ${how}`,
    ),
    101,
  );
}

/** How many octets of the body of a refusal are shown: servers often say there what they lack. */
const mostOfBody = 200;

export function notAccepted(
  target: ServerTarget,
  conversation: Conversation,
  timeline: Timeline,
  timeout: number,
): NotAWebSocketServerError {
  const { head, ending } = conversation.server;
  const status = head?.startLine.kind === 'response' ? head.startLine.status : undefined;
  const leadsTo = head && headerValues(head, 'Location')[0];
  const said = bytesFrom(timeline, 'server');
  const wait = ending.how === 'timeout' ? ` in ${timeout} ms` : '';
  const how =
    !head && said.length > 0
      ? `it sent ${quote(said)}, which is not HTTP`
      : `${describeHead(conversation)}${bodyInWords(conversation)}${leadsTo === undefined ? wait : `, Location: ${escapeUnseen(leadsTo)}`}`;
  return new NotAWebSocketServerError(
    redactorFor(target.url, target.headers).text(
      `${target.url.href} does not accept a WebSocket handshake: ${how}`,
    ),
    status,
  );
}
