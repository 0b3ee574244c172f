/** Records a connection between a client and a server, shows it, and exports it for other tools. */
import { writeFile } from 'node:fs/promises';
import { bytesFrom, messageText, renderHar, renderPcapng, startTap } from 'framewright/wire';
import { WebSocket } from 'ws';
import { startEchoServer } from './echo-server.ts';

const server = await startEchoServer();
const { hostname: host, port } = new URL(server.url);
await using tap = await startTap({ target: { host, port: Number(port) } });

const startedAt = new Date().toISOString();
const client = new WebSocket(`ws://${tap.host}:${tap.port}/`);
client.on('open', () => client.send('abc'));
client.on('message', () => client.close(1000));

const connection = await tap.connection();
const timeline = await connection.closed();
const { client: sent, server: received } = connection.conversation();
console.log(connection.annotated());
console.log(`${bytesFrom(timeline, 'client').length} octets from the client`);
console.log(
  `sent ${sent.messages.map(messageText)}, received ${received.messages.map(messageText)}`,
);

const recorded = [{ name: 'example', url: server.url, startedAt, timeline }];
await writeFile('example.har', renderHar(recorded));
await writeFile('example.pcapng', renderPcapng(recorded));
await server.close();
