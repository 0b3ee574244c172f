// usage: tsx framewright.ts PORT
import { createWebSocketServer } from '../../server/node/server.ts';
import { announce, port } from './announce.mjs';

const server = createWebSocketServer({
  endpoints: { '/': { message: (socket, message) => socket.send(message) } },
});
announce((await server.listen(port)).port);
