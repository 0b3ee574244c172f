/** How a probe leaves: with a Close frame, as every client should (RFC 6455 §7.1.1). */
import { close } from '../../../format/step.ts';
import type { Held } from './connections.ts';

/** How long the answer to the Close of a probe that has seen enough is waited for, in ms. */
const shortWait = 250;

/** @param wait in ms; the answer tells nothing unless it is what the probe asks about */
export async function closeProbe(
  exchange: Held,
  wait = Math.min(shortWait, exchange.options.timeout),
): Promise<void> {
  const { peer } = exchange;
  if (!exchange.hasClosed && peer.isBetweenFrames && !peer.targetEnded)
    exchange.write([close(1000)]);
  await peer.until(() => exchange.targetClosed, wait, undefined);
  await peer.until(() => peer.targetEnded, wait, undefined);
}
