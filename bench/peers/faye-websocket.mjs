/** usage: node faye-websocket.mjs PORT [--deflate] */
import { createServer } from 'node:http';
import WebSocket from 'faye-websocket';
import permessageDeflate from 'permessage-deflate';
import { announce, deflate, port } from './announce.mjs';

const extensions = deflate ? [permessageDeflate] : [];
const httpServer = createServer((_request, response) => {
  response.writeHead(426, { Upgrade: 'websocket', Connection: 'Upgrade' }).end();
});

httpServer.on('upgrade', (request, socket, head) => {
  if (!WebSocket.isWebSocket(request)) {
    socket.destroy();
    return;
  }
  const connection = new WebSocket(request, socket, head, [], { extensions });
  connection.on('message', (event) => connection.send(event.data));
});
httpServer.listen(port, '127.0.0.1', () => announce(httpServer.address().port));
