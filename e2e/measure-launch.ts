/** The cost of an engine that only shows one page. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Engine } from '../browsers/find.ts';
import { describeSession, launch } from '../browsers/launch.ts';
import { launchOptions } from '../conformance/run/browser/engine-settings.ts';
import { createPageServer } from '../server/page-server.ts';

/** Each in milliseconds since the start of the launch. */
export interface LaunchCost {
  /** `WebKitGTK 2.50.6 (system)`. */
  readonly name: string;
  /** Until the browser answers its first command. */
  readonly bare: number;
  /** Until the first page is loaded in a first tab. */
  readonly shown: number;
  /** Until all its processes have ended. */
  readonly ended: number;
}

export async function measureLaunch(engine: Engine, page: string): Promise<LaunchCost> {
  const start = performance.now();
  const passed = () => performance.now() - start;
  const session = await launch(engine, launchOptions(engine));
  const bare = passed();
  await (await session.newTab()).open(page);
  const shown = passed();
  await session.close();
  return { name: describeSession(session), bare, shown, ended: passed() };
}

/** Serves a page that connects to nothing. */
export async function servePage(): Promise<{ readonly url: string; close(): void }> {
  const server = createPageServer({ webSocketPort: 0 }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://localhost:${port}/mark.svg`, close: () => void server.close() };
}
