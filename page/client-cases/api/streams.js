// WebSocketStream, where it exists; no standard has it yet.

const Stream = /** @type {any} */ (globalThis).WebSocketStream;
const missing = { missing: 'the browser has no WebSocketStream' };

/** @param {string} url */
export async function echo(url) {
  if (!Stream) return missing;
  const socket = new Stream(url);
  const { readable, writable } = await socket.opened;
  const { value } = await readable.getReader().read();
  await writable.getWriter().write(value);
  const { closeCode, reason } = await socket.closed;
  return [value, closeCode, reason];
}

/** @param {string} url */
export async function closes(url) {
  if (!Stream) return missing;
  const socket = new Stream(url);
  await socket.opened;
  socket.close({ closeCode: 3456, reason: 'read enough' });
  const { closeCode, reason } = await socket.closed;
  return [closeCode, reason];
}

/** @param {string} url */
export async function fails(url) {
  if (!Stream) return missing;
  const socket = new Stream(url);
  await socket.opened;
  try {
    await socket.closed;
    return 'nothing';
  } catch (error) {
    return [/** @type {any} */ (error).name, /** @type {any} */ (error).closeCode];
  }
}

/** @param {string} url */
export async function slowReader(url) {
  if (!Stream) return missing;
  const socket = new Stream(url);
  const { readable, writable } = await socket.opened;
  const reader = readable.getReader();
  const lengths = [];
  const writer = writable.getWriter();
  for (let count = 0; count < 3; count += 1) {
    const { value } = await reader.read();
    lengths.push(value.byteLength);
    await writer.write(`${value.byteLength}`);
  }
  await socket.closed;
  return lengths;
}
