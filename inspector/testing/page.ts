/** The page's side of the inspector: its requests, its sessions, and a client that uses the tap. */
import { EventEmitter, once } from 'node:events';
import { type ClientRequest, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { FrameEvent, InjectionRequest, SessionEvent } from '../session-events.ts';

export interface Sent {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

/** For the page server at that loopback port. */
export class Page {
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  /** A request as the page sends it, with the given changes. */
  send({ path = '/inspector/sessions', method = 'POST', headers = {}, body = {} }: Sent) {
    const own = `localhost:${this.#port}`;
    const sent = request({
      agent: false,
      port: this.#port,
      path,
      method,
      headers: {
        Host: own,
        Origin: `http://${own}`,
        'Content-Type': 'application/json',
        'Sec-Fetch-Site': 'same-origin',
        ...headers,
      },
    });
    // A session is ended by dropping its request.
    sent.on('error', () => {});
    if (method === 'GET') sent.end();
    else sent.end(typeof body === 'string' ? body : JSON.stringify(body));
    return sent;
  }

  /** @returns the answer: `404 There is no such session` */
  async ask(sent: Sent): Promise<string> {
    const [response] = await once(this.send(sent), 'response');
    let text = '';
    for await (const chunk of response) text += chunk;
    return `${response.statusCode} ${text.trim()}`;
  }

  open(target: string): OpenSession {
    return new OpenSession(this, target);
  }
}

/** A session as the page sees it. */
export class OpenSession {
  readonly events: SessionEvent[] = [];
  readonly #page: Page;
  readonly #sent: ClientRequest;
  readonly #news = new EventEmitter();

  constructor(page: Page, target: string) {
    this.#page = page;
    this.#sent = page.send({ body: { target } });
    this.#sent.on('response', (response) => {
      let rest = '';
      response.on('error', () => {});
      response.setEncoding('utf8').on('data', (text: string) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        this.events.push(...lines.map((line) => JSON.parse(line)));
        this.#news.emit('events');
      });
    });
  }

  /** The first event of this kind that matches, past or future. */
  async event<Kind extends SessionEvent['kind']>(
    kind: Kind,
    fits: (event: Extract<SessionEvent, { kind: Kind }>) => boolean = () => true,
  ): Promise<Extract<SessionEvent, { kind: Kind }>> {
    for (;;) {
      const found = this.events.find(
        (event): event is Extract<SessionEvent, { kind: Kind }> =>
          event.kind === kind && fits(event as Extract<SessionEvent, { kind: Kind }>),
      );
      if (found) return found;
      await once(this.#news, 'events');
    }
  }

  frames(): FrameEvent[] {
    return this.events.filter((event) => event.kind === 'frame');
  }

  async inject(order: Partial<InjectionRequest>): Promise<string> {
    const { session } = await this.event('listening');
    const path = `/inspector/sessions/${session}/frames`;
    return this.#page.ask({ path, body: { connection: 1, as: 'client', ...order } });
  }

  async timeline(connection: number, form = 'json'): Promise<string> {
    const { session } = await this.event('listening');
    const path = `/inspector/sessions/${session}/timelines/${connection}.${form}`;
    return this.#page.ask({ path, method: 'GET' });
  }

  end(): void {
    this.#sent.destroy();
  }
}

/** A client that connects through the tap and, like a browser, answers a Close and then ends. */
export async function connectThrough(
  session: OpenSession,
  greets = true,
  headers: readonly string[] = [],
): Promise<Socket> {
  const { url } = await session.event('listening');
  const { hostname, port: tapPort, pathname, host } = new URL(url);
  const socket = connect(Number(tapPort), hostname);
  socket.on('error', () => {});
  socket.on('end', () => socket.end());
  socket.on('data', () => {});
  await once(socket, 'connect');
  socket.write(`GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\n`);
  socket.write('Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n');
  for (const header of headers) socket.write(`${header}\r\n`);
  socket.write('Sec-WebSocket-Key: BcVbtgbkG+YnCD9NRv23qA==\r\n\r\n');
  if (greets) await session.event('head', ({ status }) => status === 101);
  return socket;
}
