/** usage: bun bun.mjs PORT [--deflate] */
import { announce, deflate, maxMessageBytes, port } from './announce.mjs';

const server = globalThis.Bun.serve({
  hostname: '127.0.0.1',
  port,
  fetch(request, self) {
    if (self.upgrade(request)) return undefined;
    return new Response('A WebSocket handshake is expected.\n', {
      status: 426,
      headers: { Upgrade: 'websocket', Connection: 'Upgrade' },
    });
  },
  websocket: {
    perMessageDeflate: deflate,
    maxPayloadLength: maxMessageBytes,
    backpressureLimit: 2 * maxMessageBytes,
    message(socket, message) {
      socket.send(message, deflate);
    },
  },
});
announce(server.port);
