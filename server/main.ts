/**
 * `npm run dev`: starts the WebSocket server and the page server with the inspector, and prints what
 * happens. The only file of server/ that imports another part of the repository.
 */

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Command, InvalidArgumentError, Option } from 'commander';
import { Inspector } from '../inspector/inspector.ts';
import { behaviours } from './behaviours.ts';
import { explainListenFailure, type ListenAttempt } from './listen-failure.ts';
import { createWebSocketServer } from './node/server.ts';
import { describeObservation } from './observation-log.ts';
import { createPageServer } from './page-server.ts';
import { printable } from './printable.ts';
import { transitions } from './protocol/states.ts';

interface Flags {
  readonly httpPort: number;
  readonly wsPort: number;
  readonly host: string;
  readonly untilStdinEnds: boolean;
}

/** How long connections may take to answer the Close frame when the servers stop, in milliseconds. */
const stopDeadline = 2000;

function readFlags(): Flags {
  const program = new Command('npm run dev --')
    .description('Starts the WebSocket server and the page server, and prints what happens.')
    .addOption(
      new Option('--http-port <port>', 'port of the page server; 0 takes any free one')
        .default(3201)
        .env('HTTP_PORT')
        .argParser(readPort),
    )
    .addOption(
      new Option('--ws-port <port>', 'port of the WebSocket server; 0 takes any free one')
        .default(3200)
        .env('WS_PORT')
        .argParser(readPort),
    )
    .addOption(
      new Option(
        '--host <address>',
        'address to listen on; 0.0.0.0 also accepts connections from the network',
      )
        .default('127.0.0.1')
        .env('HOST')
        .argParser(readHost),
    )
    .option('--until-stdin-ends', 'end with standard input, for use by a program that starts it')
    .showHelpAfterError('(--help lists the flags)')
    // Invalid flags exit with 2; 1 means that the servers could not start.
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .parse();
  const flags = program.opts<Flags>();
  if (flags.httpPort === flags.wsPort && flags.httpPort !== 0) {
    program.error(
      `error: both servers were given port ${flags.httpPort}: they need different ports.`,
    );
  }
  return flags;
}

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535) {
    throw new InvalidArgumentError('A port is a whole number from 0 to 65535.');
  }
  return port;
}

function readHost(text: string): string {
  // Node would treat an empty host as every address of the machine.
  if (text === '') throw new InvalidArgumentError('An address is a name or an IP address.');
  return text;
}

function print(lines: string): void {
  process.stdout.write(`${lines}\n`);
}

/** Awaits a server's start; if it fails, explains why and ends the process. */
async function start<Result>(attempt: ListenAttempt, listening: Promise<Result>): Promise<Result> {
  try {
    return await listening;
  } catch (error) {
    process.stderr.write(`${explainListenFailure(error as NodeJS.ErrnoException, attempt)}\n`);
    process.exit(1);
  }
}

const { httpPort, wsPort, host, untilStdinEnds } = readFlags();

const webSocketServer = createWebSocketServer({
  endpoints: behaviours,
  observe(observation) {
    const lines = describeObservation(observation);
    if (lines !== undefined) print(lines);
  },
});
const { port: webSocketPort } = await start(
  { host, port: wsPort, flag: '--ws-port', variable: 'WS_PORT' },
  webSocketServer.listen(wsPort, host),
);

const inspector = new Inspector({ transitions });
const pageServer = createPageServer({ webSocketPort, handlers: [inspector.handle] });
pageServer.listen(httpPort, host);
await start(
  { host, port: httpPort, flag: '--http-port', variable: 'HTTP_PORT' },
  once(pageServer, 'listening'),
);

// Not ::1: only some machines resolve localhost to it.
const shownHost = ['127.0.0.1', '0.0.0.0', '::'].includes(host) ? 'localhost' : host;
const inUrl = shownHost.includes(':') ? `[${shownHost}]` : printable(shownHost);
const pagePort = (pageServer.address() as AddressInfo).port;
let stopping = false;

// Before the URLs are printed: a program that reads them may send a signal at once.
process.on('SIGINT', stop);
process.on('SIGTERM', stop);
if (untilStdinEnds) {
  // The pipe also ends when its writer is killed; nobody reads our output any more.
  process.stdout.on('error', () => {});
  process.stdin.on('close', stop).resume();
}

print(`
  Page              http://${inUrl}:${pagePort}/
  Inspector         http://${inUrl}:${pagePort}/inspector
  WebSocket server  ws://${inUrl}:${webSocketPort}/      answers every message with def
                    ws://${inUrl}:${webSocketPort}/echo  answers with the message itself

  Ctrl-C closes the open connections and ends.
`);

async function stop(): Promise<void> {
  // A second signal does not wait for connections. 130 is 128 + SIGINT, as shells report it.
  if (stopping) process.exit(130);
  stopping = true;
  const open = webSocketServer.sockets.size;
  if (open > 0) print(`Closing ${open} ${open === 1 ? 'connection' : 'connections'} with 1001 …`);
  pageServer.close();
  // The inspector closes first, so that a Close frame on its way through its tap is still relayed.
  await webSocketServer.close(1001, stopDeadline);
  await inspector.close();
  pageServer.closeAllConnections();
  process.exit(0);
}
