/** The peer's part of the opening handshake, in either role (RFC 6455 §4.1, §4.2). */

import {
  acceptFor,
  type Head,
  plainRequest,
  plainResponse,
  requestOf,
  responseOf,
  writeHeadWith,
} from '../format/handshake.ts';
import { bytesOf } from '../format/payload.ts';
import type { ServerTarget } from '../transport/connect.ts';
import type { Header } from '../wire/http-head.ts';
import { headerValues } from '../wire/http-head.ts';
import { readExtensions } from '../wire/negotiation.ts';
import type { Exchange } from './exchange.ts';
import { answerTo } from './extension-answer.ts';
import { headersFor, valuesFor } from './given-headers.ts';
import { letTargetRead } from './let-target-read.ts';

/** Writes the case's request, with the headers that the user wants in each. */
export async function writeRequest(exchange: Exchange, target: ServerTarget): Promise<void> {
  const { handshake } = exchange.case;
  const request = requestOf(handshake) ?? { lines: plainRequest };
  const offer = handshake?.extensions?.offer;
  const lines = [...request.lines, ...(offer ? [`Sec-WebSocket-Extensions: ${offer}`] : [])];
  const head = { ...request, lines };
  // RFC 6455 §4.1: 16 random bytes in base64.
  const key = request.key ?? Buffer.from(exchange.random(16)).toString('base64');
  const given = headersFor(head, target.headers);
  await write(exchange, head, { ...valuesFor(target), key }, given, () =>
    letTargetRead(target, exchange.options.timeout, exchange.options.signal),
  );
}

/** Writes the case's response to the request that has come. */
export async function writeResponse(exchange: Exchange): Promise<void> {
  const response = responseOf(exchange.case.handshake) ?? { lines: plainResponse };
  const request = exchange.peer.conversation().client.head;
  const key = (request && headerValues(request, 'Sec-WebSocket-Key')[0]) ?? '';
  const answer = answerTo(exchange.case, request ? readExtensions(request) : []);
  const granted = answer && 'text' in answer ? [`Sec-WebSocket-Extensions: ${answer.text}`] : [];
  const lines = [...response.lines, ...granted];
  const accept = acceptFor(key);
  const acceptInOtherCase = accept.replaceAll(/[a-z]/gi, inOtherCase);
  await write(exchange, { ...response, lines }, { key, accept, acceptInOtherCase }, []);
}

const inOtherCase = (letter: string) =>
  letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase();

/** Waits for the head of the target: the final response, or the request. */
export async function awaitHead({ peer, options }: Exchange): Promise<void> {
  await peer.until(
    () => peer.head !== undefined,
    options.openingTimeout ?? options.timeout,
    peer.target === 'server' ? 'the response to the handshake' : 'a handshake request',
  );
}

/**
 * @param given headers that are no part of the case
 * @param settle lets the target read what has been written
 */
async function write(
  exchange: Exchange,
  head: Head,
  values: Readonly<Record<string, string>>,
  given: readonly Header[],
  settle: () => Promise<void> = async () => {},
): Promise<void> {
  const written = writeHeadWith(given, head, values);
  const body = head.body === undefined ? [] : [bytesOf(head.body)];
  const bytes = Buffer.concat([written.bytes, ...body]);
  if (exchange.case.handshake?.coalesced) return exchange.hold(bytes);
  const { segmentSize } = head;
  let start = 0;
  for (const end of segmentSize === undefined ? written.ends : [segmentSize]) {
    exchange.peer.write(bytes.subarray(start, end));
    await exchange.peer.pace(end - start, settle);
    start = end;
  }
  const rest = bytes.subarray(start);
  const size = segmentSize ?? bytes.length;
  const writeRest = () => exchange.peer.writeInSegments(rest, size);
  await (size < rest.length ? exchange.peer.pace(rest.length, writeRest) : writeRest());
}
