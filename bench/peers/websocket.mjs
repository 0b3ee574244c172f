/** usage: node websocket.mjs PORT (this library has no permessage-deflate) */
import { createServer } from 'node:http';
import websocket from 'websocket';
import { announce, maxMessageBytes, port } from './announce.mjs';

const httpServer = createServer((_request, response) => {
  response.writeHead(426, { Upgrade: 'websocket', Connection: 'Upgrade' }).end();
});
const server = new websocket.server({
  httpServer,
  autoAcceptConnections: false,
  maxReceivedFrameSize: maxMessageBytes,
  maxReceivedMessageSize: maxMessageBytes,
});

server.on('request', (request) => {
  const connection = request.accept(null, request.origin);
  connection.on('message', (message) => {
    if (message.type === 'utf8') connection.sendUTF(message.utf8Data);
    else connection.sendBytes(message.binaryData);
  });
  connection.on('error', () => {});
});
httpServer.listen(port, '127.0.0.1', () => announce(httpServer.address().port));
