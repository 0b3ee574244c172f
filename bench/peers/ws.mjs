/** usage: node ws.mjs PORT [--deflate] */
import { WebSocketServer } from 'ws';
import { announce, deflate, port } from './announce.mjs';

const server = new WebSocketServer({ host: '127.0.0.1', port, perMessageDeflate: deflate });

server.on('connection', (socket) => {
  socket.on('message', (data, binary) => socket.send(data, { binary }));
  socket.on('error', () => {});
});
server.on('listening', () => announce(server.address().port));
