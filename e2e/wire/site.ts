/** A small site for the specs of `framewright/playwright`: pages, and echo servers over ws and wss. */
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { testCertificate } from '../../conformance/testing/certificate.ts';
import { createWebSocketServer } from '../../server/node/server.ts';
import type { ServerWebSocket } from '../../server/node/server-web-socket.ts';
import type { Message } from '../../server/protocol/message.ts';

export interface Site {
  /** `http://localhost:40123` */
  readonly origin: string;
  /** `ws://localhost:40123` */
  readonly socket: string;
  /** `https://localhost:40124` */
  readonly secureOrigin: string;
  /** `wss://localhost:40124` */
  readonly secureSocket: string;
  close(): Promise<void>;
}

const answer: RequestListener = (request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const isScript = pathname.endsWith('.js');
  response.writeHead(200, { 'Content-Type': isScript ? 'text/javascript' : 'text/html' });
  response.end(isScript ? workerScript : '<!doctype html><title>site</title>');
};

/** Opens the socket that it is asked for, sends its kind, and reports the answer. */
const workerScript = `
const open = (url, say, tell) => {
  const socket = new WebSocket(url);
  socket.onopen = () => socket.send(say);
  socket.onmessage = ({ data }) => tell(data);
  socket.onerror = () => tell('error');
};
onmessage = ({ data, source, ports }) => {
  const tell = (text) => (ports[0] ?? source ?? self).postMessage(text);
  open(data.url, data.say, tell);
};
onconnect = ({ ports: [port] }) => {
  port.onmessage = ({ data }) => open(data.url, data.say, (text) => port.postMessage(text));
};
`;

/** Echoes; messages that begin with `close` or `ping` ask for that. */
function answerMessage(socket: ServerWebSocket, message: Message): void {
  const text = message.text();
  if (text === 'close') socket.close(4001, 'as you wish');
  else if (text === 'ping') socket.ping(Buffer.from('are you there?'));
  else socket.send(message);
}

export async function startSite(): Promise<Site> {
  const { key, cert } = await testCertificate();
  const servers = [createServer(answer), createSecureServer({ key, cert }, answer)];
  const sockets = createWebSocketServer({
    subprotocols: ['chat'],
    compression: true,
    endpoints: { '/': { message: answerMessage } },
    responseHeaders: (request) => ({ 'X-Token': request.header('X-Token') ?? 'none' }),
  });
  for (const server of servers) {
    server.on('upgrade', (request, stream, head) => sockets.handleUpgrade(request, stream, head));
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  }
  const [port, securePort] = servers.map((server) => (server.address() as AddressInfo).port);
  return {
    origin: `http://localhost:${port}`,
    socket: `ws://localhost:${port}`,
    secureOrigin: `https://localhost:${securePort}`,
    secureSocket: `wss://localhost:${securePort}`,
    async close() {
      await sockets.close(1001, 0);
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}
