import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { serverTarget } from '../run/server/server-target.ts';
import type { floods } from './flooding-server.ts';

const script = fileURLToPath(new URL('flooding-server.ts', import.meta.url));

/** A server in a separate process that never stops sending; it ends with the test. */
export async function startFlood(t: TestContext, kind: keyof typeof floods) {
  const child = spawn(process.execPath, ['--import', 'tsx', script, kind], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  const [port] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return serverTarget(`ws://127.0.0.1:${port}/`);
}
