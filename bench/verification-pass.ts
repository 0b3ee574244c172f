import { ClientConnection } from './client-connection.ts';
import { clientFrame, deflated } from './client-frame.ts';
import { type Reply, ReplyReader } from './reply-reader.ts';
import type { EchoWorkload } from './workloads.ts';

/** The most bytes echoed in one verification pass, unless two messages each are more. */
const byteBudget = 32 * 1024 * 1024;
const maxMessagesPerConnection = 64;
const silenceLimit = 20_000;

/** The server lacks what the workload needs, as its handshake or its replies show. */
export class Unsupported extends Error {}

/**
 * Sends messages that all differ, on every connection and at the workload's depth, and checks every
 * reply: its type, each of its bytes, and its position. Resolves to the number of checked replies;
 * rejects with the first wrong one.
 */
export async function verifyEcho(port: number, workload: EchoWorkload): Promise<number> {
  const perConnection = Math.min(
    maxMessagesPerConnection,
    Math.max(2, 2 * workload.depth),
    Math.max(2, Math.floor(byteBudget / (workload.bytes * workload.connections))),
  );
  const connections = await Promise.all(
    Array.from({ length: workload.connections }, () =>
      ClientConnection.open({ port, deflate: workload.deflate }),
    ),
  );
  let received = 0;
  let fail: (error: Error) => void = () => {};
  const silent = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const silence = setTimeout(() => {
    const replies = `${received} of ${perConnection * connections.length} replies`;
    fail(new Error(`nothing for ${silenceLimit / 1000} s after ${replies}`));
  }, silenceLimit);
  const onReply = () => {
    received++;
    silence.refresh();
  };
  const verified = connections.map((connection, index) =>
    verifyConnection(connection, workload, index * perConnection, perConnection, onReply),
  );
  try {
    await Promise.race([silent, Promise.all(verified)]);
    return received;
  } finally {
    clearTimeout(silence);
    for (const connection of connections) connection.destroy();
  }
}

function verifyConnection(
  connection: ClientConnection,
  workload: EchoWorkload,
  first: number,
  messages: number,
  onReply: () => void,
): Promise<void> {
  if (workload.deflate && !connection.deflate) {
    return Promise.reject(new Unsupported('does not agree to permessage-deflate'));
  }
  return new Promise((resolve, reject) => {
    const reader = new ReplyReader();
    let sent = 0;
    let received = 0;
    const send = () => {
      connection.socket.write(requestFrame(workload, first + sent));
      sent++;
    };
    const check = (reply: Reply) => {
      if (received === messages) throw new Error(`a reply to no message after ${messages}`);
      compare(reply, workload, first + received);
      received++;
      onReply();
      if (sent < messages) send();
    };
    connection.onEnd = (error) =>
      reject(new Error(`${error.message} after ${received} of ${messages} replies`));
    connection.onBytes = (chunk, length) => {
      try {
        for (const reply of reader.read(chunk.subarray(0, length))) check(reply);
        if (received === messages) resolve();
      } catch (error) {
        reject(error);
      }
    };
    while (sent < Math.min(workload.depth, messages)) send();
  });
}

/** The n-th message of a workload as bytes to send. */
export function requestFrame(workload: EchoWorkload, n: number): Buffer {
  const message = workload.message(n);
  return workload.deflate
    ? clientFrame(workload.opcode, deflated(message), { compressed: true })
    : clientFrame(workload.opcode, message);
}

function compare(reply: Reply, workload: EchoWorkload, n: number): void {
  const expected = workload.message(n);
  if (reply.opcode !== workload.opcode) {
    throw new Error(`reply ${n}: opcode ${reply.opcode} instead of ${workload.opcode}`);
  }
  if (reply.payload.length !== expected.length) {
    throw new Error(`reply ${n}: ${reply.payload.length} bytes instead of ${expected.length}`);
  }
  if (!reply.payload.equals(expected)) {
    const at = expected.findIndex((byte, index) => byte !== reply.payload[index]);
    throw new Error(`reply ${n}: byte ${at} is ${reply.payload[at]} instead of ${expected[at]}`);
  }
  if (workload.deflate && !reply.compressed) {
    throw new Unsupported('agrees to permessage-deflate and does not compress its replies');
  }
}
