/**
 * Every mistake a peer can make and every limit it can hit, in one table with one name per rule. A
 * refused handshake has an HTTP status, a failed connection a close code (RFC 6455 §7.1.7, §7.4.1).
 */

/** A rule broken by the handshake request; answered with an HTTP status. */
export interface Refusal {
  readonly rule: string;
  readonly sentence: string;
  readonly section: string;
  readonly status: number;
}

/** A rule broken on an open connection; answered with a Close frame that carries `closeCode`. */
export interface Failure {
  readonly rule: string;
  readonly sentence: string;
  readonly section: string;
  readonly closeCode: number;
}

/** A rule that a peer broke, or a limit that it hit. */
export type Violation = Refusal | Failure;

function refusal<Rule extends string>(
  rule: Rule,
  status: number,
  section: string,
  sentence: string,
): Refusal & { readonly rule: Rule } {
  return { rule, sentence, section, status };
}

function failure<Rule extends string>(
  rule: Rule,
  closeCode: number,
  section: string,
  sentence: string,
): Failure & { readonly rule: Rule } {
  return { rule, sentence, section, closeCode };
}

function byRule<Entry extends Violation>(entries: readonly Entry[]) {
  return Object.fromEntries(entries.map((entry) => [entry.rule, entry])) as {
    readonly [Rule in Entry['rule']]: Extract<Entry, { readonly rule: Rule }>;
  };
}

export const refusals = byRule([
  refusal(
    'malformed-request-line',
    400,
    'RFC 9112 §3',
    'the request line is not "GET <target> HTTP/1.1"',
  ),
  refusal(
    'malformed-header',
    400,
    'RFC 9112 §5',
    'a header line is not "Name: value" in visible characters',
  ),
  refusal(
    'whitespace-before-colon',
    400,
    'RFC 9112 §5.1',
    'there is whitespace between a header name and its colon',
  ),
  refusal(
    'folded-header',
    400,
    'RFC 9112 §5.2',
    'a header value is folded over several lines, which HTTP no longer allows',
  ),
  refusal('bare-line-feed', 400, 'RFC 9112 §2.2', 'a line of the head ends without a CR'),
  refusal('bare-carriage-return', 400, 'RFC 9112 §2.2', 'a CR in the head is not followed by LF'),
  refusal('target-too-long', 414, 'RFC 9110 §15.5.15', 'the request line is longer than allowed'),
  refusal('head-too-large', 431, 'RFC 6585 §5', 'the request head is larger than allowed'),
  refusal('too-many-headers', 431, 'RFC 6585 §5', 'the request has more header lines than allowed'),
  refusal(
    'method-not-get',
    405,
    'RFC 6455 §4.2.1',
    'the method of a WebSocket handshake must be GET',
  ),
  refusal(
    'http-version',
    505,
    'RFC 6455 §4.2.1',
    'a WebSocket handshake on this connection must use HTTP/1.1',
  ),
  refusal(
    'target-not-a-path',
    400,
    'RFC 6455 §4.2.1',
    'the request target does not name a resource',
  ),
  refusal('host-missing', 400, 'RFC 6455 §4.2.1', 'the Host header is missing or empty'),
  refusal('host-malformed', 400, 'RFC 9112 §3.2', 'the Host header is not a host and a port'),
  refusal('host-repeated', 400, 'RFC 9112 §3.2', 'the Host header occurs more than once'),
  refusal(
    'not-an-upgrade',
    426,
    'RFC 6455 §4.2.1',
    'this address speaks WebSocket: the request needs "Upgrade: websocket"',
  ),
  refusal(
    'connection-without-upgrade',
    400,
    'RFC 6455 §4.2.1',
    'the Connection header does not list "Upgrade"',
  ),
  refusal('key-missing', 400, 'RFC 6455 §4.2.1', 'the Sec-WebSocket-Key header is missing'),
  refusal(
    'key-repeated',
    400,
    'RFC 6455 §11.3.1',
    'the Sec-WebSocket-Key header occurs more than once',
  ),
  refusal('key-invalid', 400, 'RFC 6455 §4.2.1', 'the Sec-WebSocket-Key is not base64 of 16 bytes'),
  refusal(
    'version-unsupported',
    426,
    'RFC 6455 §4.4',
    'the Sec-WebSocket-Version is not 13, the only supported version',
  ),
  refusal(
    'version-repeated',
    400,
    'RFC 6455 §11.3.5',
    'the Sec-WebSocket-Version header occurs more than once',
  ),
  refusal(
    'body-in-upgrade',
    400,
    'RFC 9110 §7.8',
    'the request declares a body, which a WebSocket handshake must not have',
  ),
  refusal(
    'malformed-content-length',
    400,
    'RFC 9112 §6.3',
    'the Content-Length header is not one decimal number',
  ),
  refusal(
    'malformed-subprotocols',
    400,
    'RFC 6455 §11.3.4',
    'the Sec-WebSocket-Protocol header is not a list of unique tokens',
  ),
  refusal(
    'malformed-extensions',
    400,
    'RFC 6455 §9.1',
    'the Sec-WebSocket-Extensions header does not follow its grammar',
  ),
  refusal('origin-repeated', 400, 'RFC 6454 §7.3', 'the Origin header occurs more than once'),
  refusal('origin-refused', 403, 'RFC 6455 §4.2.2', 'pages of this Origin may not connect here'),
  refusal('refused-by-application', 403, 'RFC 6455 §4.2.2', 'the application refused the request'),
  refusal('no-such-endpoint', 404, 'RFC 6455 §4.2.2', 'there is no endpoint at this path'),
  refusal('handshake-timeout', 408, 'RFC 9110 §15.5.9', 'the request did not arrive in time'),
  refusal(
    'too-many-connections',
    503,
    'RFC 9110 §15.6.4',
    'the server has reached its maximum number of connections',
  ),
  refusal(
    'too-many-connections-from-address',
    429,
    'RFC 6585 §4',
    'this address has reached its maximum number of connections',
  ),
  refusal('shutting-down', 503, 'RFC 9110 §15.6.4', 'the server is shutting down'),
]);

export const failures = byRule([
  failure(
    'reserved-bits',
    1002,
    'RFC 6455 §5.2',
    'a reserved bit is set without a negotiated extension',
  ),
  failure('reserved-opcode', 1002, 'RFC 6455 §5.2', 'the opcode is one the protocol reserves'),
  failure('unmasked-client-frame', 1002, 'RFC 6455 §5.1', 'a frame from a client is not masked'),
  failure('fragmented-control-frame', 1002, 'RFC 6455 §5.5', 'a control frame is fragmented'),
  failure(
    'control-frame-too-long',
    1002,
    'RFC 6455 §5.5',
    'a control frame carries more than 125 bytes',
  ),
  failure(
    'non-minimal-length',
    1002,
    'RFC 6455 §5.2',
    'a payload length is written in more bytes than it needs',
  ),
  failure(
    'length-out-of-range',
    1002,
    'RFC 6455 §5.2',
    'a 64-bit payload length has its highest bit set',
  ),
  failure(
    'unexpected-continuation',
    1002,
    'RFC 6455 §5.4',
    'a continuation frame continues no message',
  ),
  failure(
    'interleaved-message',
    1002,
    'RFC 6455 §5.4',
    'a new message starts inside an unfinished one',
  ),
  failure('invalid-utf8', 1007, 'RFC 6455 §8.1', 'a text message is not valid UTF-8'),
  failure(
    'invalid-utf8-in-close-reason',
    1007,
    'RFC 6455 §5.5.1',
    'the reason in a Close frame is not valid UTF-8',
  ),
  failure(
    'close-payload-of-one-byte',
    1002,
    'RFC 6455 §5.5.1',
    'a Close frame has a payload of one byte, half a close code',
  ),
  failure(
    'invalid-close-code',
    1002,
    'RFC 6455 §7.4',
    'a Close frame carries a code that must not be sent',
  ),
  failure(
    'invalid-deflate-data',
    1007,
    'RFC 7692 §7.2.2',
    'a compressed message is not a DEFLATE stream',
  ),
  failure(
    'too-many-deflate-streams',
    1008,
    'RFC 7692 §7.2.3.4',
    'a compressed message consists of more DEFLATE streams than allowed',
  ),
  failure('message-too-big', 1009, 'RFC 6455 §7.4.1', 'a message is larger than allowed'),
  failure(
    'too-many-fragments',
    1008,
    'RFC 6455 §10.4',
    'a message has more fragments than allowed',
  ),
  failure(
    'too-many-pings',
    1008,
    'RFC 6455 §10.4',
    'pings arrive faster than their answers are read',
  ),
  failure(
    'slow-reader',
    1008,
    'RFC 6455 §10.4',
    'the peer does not read, and the outgoing buffer is full',
  ),
  failure('idle-timeout', 1008, 'RFC 6455 §10.4', 'nothing arrived for as long as allowed'),
  failure(
    'close-timeout',
    1006,
    'RFC 6455 §7.1.1',
    'the closing handshake was not finished in time',
  ),
]);

export type RefusalRule = keyof typeof refusals;
