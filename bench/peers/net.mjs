/**
 * usage: node net.mjs PORT REQUEST_BYTES REPLY_PAYLOAD_BYTES OPCODE
 * The floor, not an echo: for every REQUEST_BYTES received it writes one prepared reply. What remains
 * is the cost of sockets in Node; no WebSocket server on node:net can be cheaper.
 */
import { createServer } from 'node:net';
import process from 'node:process';
import { announce, port } from './announce.mjs';

const [requestBytes, payloadBytes, opcode] = process.argv.slice(3, 6).map(Number);
const maxRepliesPerWrite = 64;

// The answer to the sample key of RFC 6455 §1.3, which the load generator always sends.
const switchingProtocols = Buffer.from(
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
    'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n',
);

function reply() {
  const header =
    payloadBytes < 126
      ? [payloadBytes]
      : payloadBytes < 65536
        ? [126, payloadBytes >> 8, payloadBytes & 255]
        : [127, 0, 0, 0, 0, ...[24, 16, 8, 0].map((shift) => (payloadBytes >>> shift) & 255)];
  return Buffer.concat([Buffer.from([0x80 | opcode, ...header]), Buffer.alloc(payloadBytes, 'x')]);
}

const one = reply();
const many = Buffer.concat(Array(payloadBytes < 65536 ? maxRepliesPerWrite : 1).fill(one));

const server = createServer({ noDelay: true }, (socket) => {
  let open = false;
  let received = 0;
  socket.on('error', () => {});
  socket.on('data', (bytes) => {
    if (!open) {
      // The load generator waits for the 101 before it sends more, so only the head has arrived.
      if (bytes.indexOf('\r\n\r\n') < 0) return;
      open = true;
      socket.write(switchingProtocols);
      return;
    }
    received += bytes.length;
    let due = Math.floor(received / requestBytes);
    received -= due * requestBytes;
    while (due > 0) {
      const now = Math.min(due, many.length / one.length);
      socket.write(now * one.length === many.length ? many : many.subarray(0, now * one.length));
      due -= now;
    }
  });
});
server.listen({ host: '127.0.0.1', port, backlog: 511 }, () => announce(server.address().port));
