/** The page and the server that the chat example tests. Replace it with your own. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createWebSocketServer } from 'framewright/server';

const page = readFileSync(new URL('chat.html', import.meta.url));

export async function startChat() {
  const names = new WeakMap<object, string>();
  const chat = createWebSocketServer({
    subprotocols: ['chat.v1'],
    compression: true,
    endpoints: {
      '/chat': {
        message(socket, message) {
          const { type, name, text } = JSON.parse(message.text());
          if (type === 'join') names.set(socket, name);
          const from = names.get(socket) ?? 'somebody';
          const said = JSON.stringify({ name: from, text: type === 'join' ? 'joined' : text });
          for (const other of chat.sockets) other.send(said);
        },
      },
    },
  });
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html' }).end(page);
  });
  server.on('upgrade', (request, stream, head) => chat.handleUpgrade(request, stream, head));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async close() {
      await chat.close(1001, 0);
      server.closeAllConnections();
      server.close();
    },
  };
}
