import { ClientConnection } from './client-connection.ts';
import { type Cost, type Span, timed } from './timed-pass.ts';
import type { HandshakeWorkload } from './workloads.ts';

/** Opens and drops connections, `atOnce` at a time; the accept value of each answer is checked. */
export async function timeHandshakes(
  server: { pid: number; port: number },
  workload: HandshakeWorkload,
  span: Span,
): Promise<Cost> {
  let opened = 0;
  let running = true;
  let fail: (error: Error) => void = () => {};
  const failure = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failure.catch(() => {});
  const openAndClose = async () => {
    while (running) {
      const connection = await ClientConnection.open({ port: server.port });
      opened++;
      connection.destroy();
    }
  };
  const loops = Array.from({ length: workload.atOnce }, () => openAndClose().catch(fail));
  try {
    return await timed(server.pid, () => opened, span, failure);
  } finally {
    running = false;
    await Promise.all(loops);
  }
}
