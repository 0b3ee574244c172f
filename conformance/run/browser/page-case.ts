/** A case as it is sent to the page; the receiving side is page/client-cases/run-case.ts. */
import type { Case } from '../../format/case.ts';
import { bytesOf, type Payload } from '../../format/payload.ts';
import type { ScriptAction } from '../../format/program.ts';
import type { ClientCase, PageAction, PagePayload } from './page-protocol.ts';

/** @param timeout how long the page waits for the end of the case, in ms */
export function pageCaseFor(testCase: Case, url: string, timeout: number): ClientCase {
  const { id, script, page, handshake } = testCase;
  return {
    id,
    url,
    protocols: handshake?.subprotocols ?? [],
    timeout,
    ...(page !== undefined && { page }),
    ...(script && { script: script.map(actionFor) }),
  };
}

const actionFor = (action: ScriptAction): PageAction =>
  action.do === 'send' ? { ...action, payload: payloadFor(action.payload) } : { ...action };

/** Only the pattern of a fill: creating a megabyte is faster than sending it through a driver. */
function payloadFor(payload: Payload): PagePayload {
  const pattern = bytesOf(isFill(payload) ? payload.fill : payload);
  const length = isFill(payload) ? payload.length : pattern.length;
  return { pattern: Buffer.from(pattern).toString('base64'), length };
}

const isFill = (
  payload: Payload,
): payload is Exclude<Extract<Payload, { fill: unknown }>, Uint8Array> =>
  typeof payload === 'object' && !(payload instanceof Uint8Array) && 'fill' in payload;
