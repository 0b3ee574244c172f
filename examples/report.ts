/** Runs cases against a server, writes `results.json`, and generates reports. */
import { writeFile } from 'node:fs/promises';
import process from 'node:process';
import {
  catalogue,
  probeServer,
  recordServerRun,
  renderReport,
  runServerCases,
  selectorOf,
  serverTarget,
  summarize,
  writeResults,
} from 'framewright';
import { startEchoServer } from './echo-server.ts';
import reporter from './my-reporter.mjs';

const server = await startEchoServer();
const target = serverTarget(server.url);
const capabilities = await probeServer(target);
const all = catalogue();
const cases = all.filter(selectorOf(['ping', 'fragmentation'], all));

const recorder = recordServerRun(target, capabilities, { cases, name: 'my server' });
// Drops the connections of running cases after a minute.
const signal = AbortSignal.timeout(60_000);
for await (const result of runServerCases(cases, target, { capabilities, signal })) {
  await recorder.add(result);
}
await server.close();

const run = recorder.run();
await writeResults('results.json', [run]);
for (const name of ['html', 'junit'] as const) {
  const report = await renderReport(name, [run]);
  if (typeof report === 'string') await writeFile(`report.${name}`, report);
}
console.log(await renderReport(reporter, [run]));
process.exitCode = summarize(run).exitCode;
