/** WebSocketStream, if it exists; it is not in a standard yet. */

interface WebSocketStream {
  readonly opened: Promise<{
    readonly readable: ReadableStream<string | Uint8Array>;
    readonly writable: WritableStream<string | Uint8Array>;
  }>;
  readonly closed: Promise<{ readonly closeCode: number; readonly reason: string }>;
  close(options: { closeCode: number; reason: string }): void;
}

const { WebSocketStream: Stream } = globalThis as {
  readonly WebSocketStream?: new (url: string) => WebSocketStream;
};
const missing = { missing: 'the browser has no WebSocketStream' };

export async function echo(url: string) {
  if (!Stream) return missing;
  const socket = new Stream(url);
  const { readable, writable } = await socket.opened;
  const { value } = await readable.getReader().read();
  await writable.getWriter().write(value as string);
  const { closeCode, reason } = await socket.closed;
  return [value, closeCode, reason];
}

export async function closes(url: string) {
  if (!Stream) return missing;
  const socket = new Stream(url);
  await socket.opened;
  socket.close({ closeCode: 3456, reason: 'read enough' });
  const { closeCode, reason } = await socket.closed;
  return [closeCode, reason];
}

export async function fails(url: string) {
  if (!Stream) return missing;
  const socket = new Stream(url);
  await socket.opened;
  try {
    await socket.closed;
    return 'nothing';
  } catch (error) {
    const { name, closeCode } = error as { readonly name: string; readonly closeCode: number };
    return [name, closeCode];
  }
}

export async function slowReader(url: string) {
  if (!Stream) return missing;
  const socket = new Stream(url);
  const { readable, writable } = await socket.opened;
  const reader = readable.getReader();
  const lengths: number[] = [];
  const writer = writable.getWriter();
  for (let count = 0; count < 3; count += 1) {
    const { byteLength } = (await reader.read()).value as Uint8Array;
    lengths.push(byteLength);
    await writer.write(`${byteLength}`);
  }
  await socket.closed;
  return lengths;
}
