/**
 * Which close status codes a Close frame may carry. RFC 6455 §7.4 and the IANA "WebSocket Close
 * Code Number Registry".
 */

/** Reported for a Close frame without a code; never sent (RFC 6455 §7.4.1). */
export const noCodeReceived = 1005;

/** Reported when the connection ended without a Close frame; never sent (RFC 6455 §7.4.1). */
export const closedAbnormally = 1006;

/**
 * Whether a Close frame may carry `code`.
 *
 * RFC 6455 §7.4.1 forbids 1005, 1006 and 1015 on the wire and leaves 1004 undefined; §7.4.2 keeps
 * 0-999 unused, 1016-2999 for future revisions, and gives 3000-4999 to libraries and applications.
 * 1012-1014 were registered with IANA after the RFC.
 */
export function mayBeSent(code: number): boolean {
  if (code >= 3000) return code <= 4999 && Number.isInteger(code);
  switch (code) {
    case 1000:
    case 1001:
    case 1002:
    case 1003:
    case 1007:
    case 1008:
    case 1009:
    case 1010:
    case 1011:
    case 1012:
    case 1013:
    case 1014:
      return true;
    default:
      return false;
  }
}
