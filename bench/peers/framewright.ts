// usage: tsx framewright.ts PORT [--deflate]
import { createWebSocketServer } from '../../server/node/server.ts';
import { announce, deflate, port } from './announce.mjs';

const server = createWebSocketServer({
  endpoints: { '/': { message: (socket, message) => socket.send(message) } },
  compression: deflate,
});
announce((await server.listen(port)).port);
