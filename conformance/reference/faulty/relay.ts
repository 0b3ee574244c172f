/** A relay between a browser and the host of its cases that breaks what a page cannot break. */
import { connect, createServer, type Server } from 'node:net';

export interface Tampering {
  /** Changes the head of the request, line ends included. */
  readonly request?: (head: string) => string;
  /** Changes the head of the response. */
  readonly response?: (head: string) => string;
  /** Nothing that the browser says behind its request gets through. */
  readonly deaf?: true;
}

export interface Relay {
  readonly url: string;
  close(): Promise<void>;
}

/** @param target `ws://127.0.0.1:9001` */
export async function relay(target: string, tampering: Tampering): Promise<Relay> {
  const { hostname, port } = new URL(target);
  const { request = same, response = same, deaf } = tampering;
  const server = createServer((browser) => {
    const host = connect(Number(port), hostname);
    for (const socket of [browser, host]) socket.on('error', () => socket.destroy());
    onHead(browser, (head, rest) => {
      host.write(request(head), 'latin1');
      if (deaf) return browser.resume();
      host.write(rest);
      return browser.pipe(host);
    });
    onHead(host, (head, rest) => {
      browser.write(response(head), 'latin1');
      browser.write(rest);
      host.pipe(browser);
    });
    browser.on('close', () => host.destroy());
    host.on('close', () => browser.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: own } = server.address() as { port: number };
  return { url: `ws://127.0.0.1:${own}`, close: () => closed(server) };
}

const same = (head: string) => head;

/** Calls back once with the head and what has come behind it; from then on nothing is read here. */
function onHead(
  socket: ReturnType<typeof connect>,
  callback: (head: string, rest: Buffer) => void,
): void {
  let bytes = Buffer.alloc(0);
  const read = (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    const end = bytes.indexOf('\r\n\r\n');
    if (end === -1) return;
    socket.off('data', read);
    callback(bytes.toString('latin1', 0, end + 4), bytes.subarray(end + 4));
  };
  socket.on('data', read);
}

const closed = (server: Server) => new Promise<void>((resolve) => server.close(() => resolve()));
