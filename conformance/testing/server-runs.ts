/** Runs of made cases against servers of this process, for the tests of runs. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import type { Case } from '../format/case.ts';
import { answered, refused } from '../format/expectation.ts';
import { request } from '../format/handshake.ts';
import { text } from '../format/step.ts';
import { startPeer } from '../reference/server.ts';
import type { CaseResult } from '../results/case-result.ts';
import type { Capabilities } from '../run/server/probe/capabilities.ts';
import { type RunOptions, runServerCases } from '../run/server/run.ts';
import type { ServerRunEnd } from '../run/server/server-run.ts';
import { serverTarget } from '../run/server/server-target.ts';
import { madeCase } from '../testing/made-case.ts';

export const deadly: Case = madeCase({
  id: 'handshake/deadly',
  alive: 'untested',
  handshake: request({ add: ['X-Deadly: yes'] }),
  expect: refused([400, 500]),
});

export const echoOf = (id: string, word = id): Case =>
  madeCase({
    id: `echo/${id}`,
    steps: [text(word)],
    expect: answered([{ kind: 'text', payload: word }]),
  });

export const capabilities: Capabilities = {
  ...{ echo: true, pong: true, deflate: false, windowLimit: false, originPolicy: false },
  ...{ script: false, tls: false, http2: false, extensions: '', ending: '' },
};

export interface Run extends ServerRunEnd {
  readonly results: readonly CaseResult[];
}

export async function runAll(
  cases: readonly Case[],
  url: URL,
  options: RunOptions = {},
): Promise<Run> {
  const results: CaseResult[] = [];
  const settings = { capabilities, timeout: 1000, grace: 20, ...options };
  const run = runServerCases(cases, serverTarget(url.href), settings);
  for (;;) {
    const next = await run.next();
    if (next.done) return { ...next.value, results };
    results.push(next.value);
  }
}

export const verdicts = ({ results }: Run) =>
  Object.fromEntries(results.map(({ case: { id }, verdict }) => [id, verdict]));

export const otherThan = ({ results }: Run, ...expected: readonly string[]) =>
  results
    .filter(({ verdict }) => !expected.includes(verdict))
    .map(({ case: { id }, verdict, observed }) => `${id} ${verdict}: ${observed}`);

export const many = Array.from({ length: 20 }, (_, index) => echoOf(`${index}`));

/** Accepts connections and relays those that `serves` allows; the others get no answer. */
export async function gate(
  t: TestContext,
  serves: (nth: number, open: number) => boolean,
  { to, onLeft }: { to?: URL; onLeft?: (left: number) => void } = {},
): Promise<URL> {
  const peer = to ? undefined : await startPeer({});
  const { port } = to ?? peer!.url;
  const clients = new Set<Socket>();
  let count = 0;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    count += 1;
    clients.add(client);
    client.on('error', () => client.destroy());
    client.on('close', () => {
      clients.delete(client);
      onLeft?.(clients.size);
    });
    if (!serves(count, clients.size)) {
      client.on('end', () => client.destroy()).resume();
      return;
    }
    const onward = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
    onward.on('error', () => client.destroy());
    client.on('close', () => onward.destroy());
    client.pipe(onward).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(async () => {
    server.close();
    for (const client of clients) client.destroy();
    await peer?.close();
  });
  return new URL(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}
