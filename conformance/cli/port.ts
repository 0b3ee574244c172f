/** The port for a started command to listen on. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { CannotRun } from './cannot-run.ts';

/**
 * Port 0 stands for any free one: the command gets it from `PORT`, or from `{port}` in its words.
 */
export async function withPort(
  url: URL,
  words: readonly string[],
): Promise<readonly [string, ...string[]] | undefined> {
  if (url.port === '0' && words.length === 0) {
    throw new CannotRun('port 0 (any free port) needs a command to start: -- <command>');
  }
  if (url.port === '0') url.port = `${await freePortOf(url)}`;
  const [file, ...args] = words.map((word) => word.replaceAll('{port}', url.port));
  return file === undefined ? undefined : [file, ...args];
}

async function freePortOf({ hostname }: URL): Promise<number> {
  try {
    return await freePort(hostname.replace(/^\[(.*)\]$/, '$1'));
  } catch (error) {
    const why = (error as Error).message;
    throw new CannotRun(`a command cannot listen on ${hostname}: ${why}; try ws://127.0.0.1:0/`);
  }
}

export async function freePort(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
