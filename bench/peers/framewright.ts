/** usage: tsx framewright.ts PORT [--deflate] [--stream] */
import process from 'node:process';
import { createWebSocketServer } from '../../server/node/server.ts';
import { announce, deflate, port } from './announce.mjs';

const server = createWebSocketServer({
  endpoints: { '/': { message: (socket, message) => socket.send(message) } },
  compression: deflate,
  // On node:net's public interface alone, to see what the way below it is worth.
  transport: process.argv.includes('--stream') ? 'stream' : 'auto',
});
announce((await server.listen(port)).port);
