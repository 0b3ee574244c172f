/**
 * A server with compression in a separate process whose memory can be measured: prints its URL.
 *
 *     node --import tsx inflating-server.ts <maxInflations>
 */
import { behaviours } from '../behaviours.ts';
import { createWebSocketServer } from '../node/server.ts';

const server = createWebSocketServer({
  endpoints: behaviours,
  compression: true,
  maxInflations: Number(process.argv[2]),
});
await server.listen();
console.log(server.url);
