/** The server that the other examples test. Replace it with your own. */
import { createWebSocketServer } from 'framewright/server';

export async function startEchoServer() {
  const server = createWebSocketServer({
    endpoints: { '/': { message: (socket, message) => void socket.send(message) } },
  });
  await server.listen();
  return { url: server.url, close: () => server.close(1001, 0) };
}
