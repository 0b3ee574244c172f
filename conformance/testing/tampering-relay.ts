/** A relay between a browser and the host of its cases that breaks what a page cannot break. */
import type { Tampering } from '../reference/faulty/browsers.ts';
import { dial } from '../transport/dial.ts';
import { listen } from '../transport/listen.ts';
import { Recording } from '../transport/recording.ts';
import { Relay } from '../transport/relay.ts';
import { headAlone, rewriteHead } from '../transport/transform.ts';

export interface RunningRelay {
  readonly url: string;
  close(): Promise<void>;
}

/** @param target `ws://127.0.0.1:9001` */
export async function startRelay(target: string, tampering: Tampering): Promise<RunningRelay> {
  const { hostname: host, port } = new URL(target);
  const { request = same, response = same, deaf } = tampering;
  const listener = await listen({}, (browser) => {
    new Relay(browser, dial({ host, port: Number(port) }), {
      recording: new Recording('tcp'),
      transform: {
        client: deaf ? headAlone(request) : rewriteHead(request),
        server: rewriteHead(response),
      },
    });
  });
  return { url: `ws://${listener.host}:${listener.port}`, close: () => listener.close() };
}

const same = (head: string) => head;
