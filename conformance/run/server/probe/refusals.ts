/** Targets that cannot be probed: the address is no WebSocket server, or it sends without end. */
import { describeHead } from '../../../judge/sentences.ts';
import { redactorFor } from '../../../redaction/redactor.ts';
import type { ServerTarget } from '../../../transport/connect.ts';
import type { Conversation } from '../../../wire/conversation.ts';
import { headerValues } from '../../../wire/http-head.ts';
import { escapeUnseen, quote } from '../../../wire/printable.ts';
import { bytesFrom, type Timeline } from '../../../wire/timeline.ts';

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
      : `${describeHead(conversation)}${leadsTo === undefined ? wait : `, Location: ${escapeUnseen(leadsTo)}`}`;
  return new NotAWebSocketServerError(
    redactorFor(target.url, target.headers).text(
      `${target.url.href} does not accept a WebSocket handshake: ${how}`,
    ),
    status,
  );
}
