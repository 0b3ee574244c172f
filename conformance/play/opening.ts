/** The peer's part of the opening handshake, in either role (RFC 6455 §4.1, §4.2). */

import {
  acceptFor,
  type Head,
  type Header,
  plainRequest,
  plainResponse,
  writeHeadWith,
} from '../format/handshake.ts';
import { bytesOf } from '../format/payload.ts';
import type { ServerTarget } from '../transport/connect.ts';
import { headerValues } from '../wire/http-head.ts';
import { readExtensions } from '../wire/negotiation.ts';
import type { Talk } from './exchange.ts';
import { answerTo } from './extension-answer.ts';
import { headersFor, valuesFor } from './given-headers.ts';
import { overtake } from './let-target-read.ts';

/** Writes the case's request, with the headers that the user wants in each. */
export async function writeRequest(talk: Talk, target: ServerTarget): Promise<void> {
  const { request = { lines: plainRequest }, extensions } = talk.case.handshake ?? {};
  const offer = extensions?.offer;
  const lines = [...request.lines, ...(offer ? [`Sec-WebSocket-Extensions: ${offer}`] : [])];
  const head = { ...request, lines };
  // RFC 6455 §4.1: 16 random bytes in base64.
  const key = request.key ?? Buffer.from(talk.random(16)).toString('base64');
  const given = headersFor(head, target.headers);
  await write(talk, head, { ...valuesFor(target), key }, given, () =>
    overtake(target, talk.options.timeout, talk.options.signal),
  );
}

/** Writes the case's response to the request that has come. */
export async function writeResponse(talk: Talk): Promise<void> {
  const { response = { lines: plainResponse } } = talk.case.handshake ?? {};
  const request = talk.peer.conversation().client.head;
  const key = (request && headerValues(request, 'Sec-WebSocket-Key')[0]) ?? '';
  const answer = answerTo(talk.case, request ? readExtensions(request) : []);
  const granted = answer && 'text' in answer ? [`Sec-WebSocket-Extensions: ${answer.text}`] : [];
  const lines = [...response.lines, ...granted];
  const accept = acceptFor(key);
  const acceptInOtherCase = accept.replaceAll(/[a-z]/gi, inOtherCase);
  await write(talk, { ...response, lines }, { key, accept, acceptInOtherCase }, []);
}

const inOtherCase = (letter: string) =>
  letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase();

/** Waits for the head of the target: the final response, or the request. */
export async function awaitHead({ peer, options }: Talk): Promise<void> {
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
  talk: Talk,
  head: Head,
  values: Readonly<Record<string, string>>,
  given: readonly Header[],
  settle: () => Promise<void> = async () => {},
): Promise<void> {
  const written = writeHeadWith(given, head, values);
  const body = head.body === undefined ? [] : [bytesOf(head.body)];
  const bytes = Buffer.concat([written.bytes, ...body]);
  if (talk.case.handshake?.coalesced) return talk.hold(bytes);
  const { segmentSize } = head;
  let start = 0;
  for (const end of segmentSize === undefined ? written.ends : [segmentSize]) {
    talk.peer.write(bytes.subarray(start, end));
    await talk.peer.pace(end - start, settle);
    start = end;
  }
  const rest = bytes.subarray(start);
  const size = segmentSize ?? bytes.length;
  const writeRest = () => talk.peer.writeInSegments(rest, size);
  await (size < rest.length ? talk.peer.pace(rest.length, writeRest) : writeRest());
}
