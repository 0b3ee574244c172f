/**
 * usage: deno run --allow-net --allow-sys --allow-env deno.mjs PORT (its server offers no permessage-deflate)
 */
import { announce, port } from './announce.mjs';

const { Deno } = globalThis;

Deno.serve({ hostname: '127.0.0.1', port, onListen: (at) => announce(at.port) }, (request) => {
  if (request.headers.get('upgrade')?.toLowerCase() !== 'websocket') {
    return new Response('A WebSocket handshake is expected.\n', {
      status: 426,
      headers: { Upgrade: 'websocket', Connection: 'Upgrade' },
    });
  }
  const { socket, response } = Deno.upgradeWebSocket(request);
  socket.binaryType = 'arraybuffer';
  socket.onmessage = (event) => socket.send(event.data);
  socket.onerror = () => {};
  return response;
});
