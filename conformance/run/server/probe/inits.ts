/** How long the application takes to answer the first messages that it wants. */
import { frameOf } from '../../../format/application-message.ts';
import type { Unasked } from '../../../format/target-behaviour.ts';
import { drain } from '../../../play/greeting.ts';
import { closeProbe } from './closing.ts';
import type { ProbeConnections } from './connections.ts';

/** How long answers to one message are waited for after the last one, in ms. */
const quiet = 500;

/** @returns in ms; 0 if none of them is answered */
export async function slowestInit(
  connections: ProbeConnections,
  unasked: Unasked,
): Promise<number> {
  let slowest = 0;
  await connections.open(async (exchange) => {
    const { peer } = exchange;
    const messages = () => peer.observed.filter(({ kind }) => kind === 'message').length;
    await drain(exchange, unasked);
    for (const init of connections.options.inits) {
      const writtenAt = performance.now();
      exchange.write([frameOf(init)]);
      for (let before = messages(), waited = 'seen'; waited === 'seen'; before = messages()) {
        waited = await peer.until(
          () => messages() > before || exchange.targetClosed,
          quiet,
          undefined,
        );
        if (messages() === before) break;
        slowest = Math.max(slowest, performance.now() - writtenAt);
      }
    }
    await closeProbe(exchange);
  });
  return Math.round(slowest);
}
