/**
 * Cases against a client that runs in this process: the package `ws`. Exits with 1 if one fails.
 */
import process from 'node:process';
import {
  catalogue,
  explainResult,
  recordClientRun,
  serveClientCases,
  summarize,
} from 'framewright';
import { WebSocket } from 'ws';

/** What the client under test has to do: open the URL, and echo what it receives. */
function echo(url: string): void {
  const socket = new WebSocket(url);
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  // The verdict is about the wire: an error that the client reports changes nothing.
  socket.on('error', () => {});
}

await using served = await serveClientCases({
  cases: catalogue().filter(({ id }) => id.startsWith('fragmentation/')),
});
const recorder = recordClientRun({ cases: served.cases, name: 'ws' });
for (const testCase of served.cases) {
  echo(served.urlOf(testCase));
  const result = await served.resultOf(testCase, { signal: AbortSignal.timeout(30_000) });
  await recorder.add(result);
  if (result.verdict !== 'pass') console.log(explainResult(result));
}
const { totals, exitCode } = summarize(recorder.run());
console.log(`${totals.pass} of ${totals.total} passed`);
process.exitCode = exitCode;
