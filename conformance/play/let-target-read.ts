/**
 * Gives the target time to read a segment before the next one is sent: it sees a segment separately
 * only if it reads before the next one arrives. Best effort: no verdict relies on it.
 */
import { ConnectError, connect, type ServerTarget } from '../transport/connect.ts';

/**
 * Asks for the target's page on a separate connection and waits for any answer, or for `ms`. A
 * target that takes no second connection is not waited for.
 */
export async function letTargetRead(
  target: ServerTarget,
  ms: number,
  signal?: AbortSignal,
): Promise<void> {
  const channel = await connect(target, ms, signal).catch((error: unknown) => {
    if (error instanceof ConnectError) return undefined;
    throw error;
  });
  if (!channel) return;
  const { url } = target;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    const settle = () => {
      clearTimeout(timer);
      resolve();
    };
    channel.open({
      bytes: settle,
      ended: settle,
      failed: settle,
      closed: settle,
      drained: () => {},
    });
    const head = `GET ${url.pathname} HTTP/1.1\r\nHost: ${url.host}\r\nConnection: close\r\n\r\n`;
    channel.write(Buffer.from(head));
  });
  channel.destroy();
}
