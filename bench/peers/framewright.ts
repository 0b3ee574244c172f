/** usage: tsx framewright.ts PORT [--deflate] [--stream] */
import process from 'node:process';
import { createWebSocketServer } from '../../server/node/server.ts';
import { announce, deflate, port } from './announce.mjs';

const server = createWebSocketServer({
  endpoints: { '/': { message: (socket, message) => socket.send(message) } },
  compression: deflate,
  // Only on the public interface of node:net, to measure the gain of the handle transport.
  transport: process.argv.includes('--stream') ? 'stream' : 'auto',
});
announce((await server.listen(port)).port);
