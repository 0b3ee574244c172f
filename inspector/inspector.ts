/**
 * The inspector's part of the page server: opens sessions, handles requests, serves timelines. A tap
 * that any site could open would be a way into this machine and its network, so a request must come
 * from this machine, use a loopback Host, and be sent by the inspector's own page.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { redactorOfConversation } from '../conformance/redaction/redact-timeline.ts';
import {
  loadTimeline,
  type StoredTimeline,
  storeTimeline,
} from '../conformance/results/stored-timeline.ts';
import { annotate } from '../conformance/wire/annotate.ts';
import { ConversationReader } from '../conformance/wire/conversation.ts';
import type { Timeline } from '../conformance/wire/timeline.ts';
import { RequestError, readInjection, readTarget } from './requests.ts';
import { isLoopbackHost } from './sender.ts';
import { Session } from './session.ts';
import { SessionEventMapper } from './session-event-mapper.ts';

const mostSessions = 32;
/** A saved timeline is the longest body; other requests are short. */
const mostBodyBytes = 64 * 1024 * 1024;

const ownPath = /^\/inspector\/(states\.json$|timelines$|sessions)/;
const timelinePath = /^\/inspector\/sessions\/([\w-]+)\/timelines\/(\d{1,9})\.(json|txt)$/;
const framesPath = /^\/inspector\/sessions\/([\w-]+)\/frames$/;

/** A request that is refused. */
class Refusal extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, sentence: string, headers: Readonly<Record<string, string>> = {}) {
    super(sentence);
    this.status = status;
    this.headers = headers;
  }
}

export interface InspectorOptions {
  /** The transition table that the page draws: state → event → next state. */
  readonly transitions: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export class Inspector {
  readonly #states: string;
  readonly #sessions = new Map<string, Session>();

  constructor({ transitions }: InspectorOptions) {
    this.#states = JSON.stringify(transitions);
  }

  /** Answers the inspector's own paths; returns false for all others. */
  readonly handle = (request: IncomingMessage, response: ServerResponse): boolean => {
    const [path = ''] = (request.url ?? '').split('?');
    if (!ownPath.test(path)) return false;
    this.#answer(path, request, response).catch((error: unknown) => fail(response, error));
    return true;
  };

  /** Ends all sessions, and with them the connections through their taps. */
  async close(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map((session) => session.close()));
  }

  async #answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Read first, so that after a refusal no body precedes the next request.
    const body = await readBody(request);
    checkSender(request);
    if (path === '/inspector/states.json') {
      demand(request, 'GET');
      send(response, 200, 'application/json', this.#states);
    } else if (path === '/inspector/sessions') {
      demand(request, 'POST');
      await this.#open(readTarget(parse(body)), `http://${request.headers.host}`, response);
    } else if (framesPath.test(path)) {
      demand(request, 'POST');
      const order = readInjection(parse(body));
      await this.#sessionIn(path, framesPath)
        .inject(order)
        .catch((error: Error) => {
          throw new Refusal(409, error.message);
        });
      response.writeHead(204).end();
    } else if (path === '/inspector/timelines') {
      demand(request, 'POST');
      send(response, 200, 'application/x-ndjson', readAgain(parse(body)));
    } else {
      demand(request, 'GET');
      await this.#sendTimeline(path, response);
    }
  }

  /** As `results.json` stores it, or as readable text: without secrets, as it may be sent around. */
  async #sendTimeline(path: string, response: ServerResponse): Promise<void> {
    const [, , connection, form] = timelinePath.exec(path) ?? [];
    const timeline = this.#sessionIn(path, timelinePath).timeline(Number(connection));
    if (!timeline) throw new Refusal(404, 'There is no such connection in this session.');
    const stored = await storeTimeline(timeline, { redactor: redactorOfConversation(timeline) });
    if (form === 'txt') {
      send(response, 200, 'text/plain; charset=utf-8', annotate(loadTimeline(stored)));
    } else send(response, 200, 'application/json', JSON.stringify(stored));
  }

  /**
   * The response lasts as long as the session: one JSON object per line.
   * @param page the origin of the page that sent the request
   */
  async #open(target: URL, page: string, response: ServerResponse): Promise<void> {
    if (this.#sessions.size >= mostSessions) {
      throw new Refusal(503, `${mostSessions} sessions are open: close an inspector page first.`);
    }
    const session = new Session(target, page, (event) => {
      if (response.writable && !response.destroyed) response.write(`${JSON.stringify(event)}\n`);
    });
    this.#sessions.set(session.name, session);
    response.once('close', () => {
      this.#sessions.delete(session.name);
      void session.close();
    });
    response.writeHead(200, {
      'Content-Type': 'application/x-ndjson',
      'Cache-Control': 'no-store',
    });
    await session.listen();
  }

  #sessionIn(path: string, pattern: RegExp): Session {
    const session = this.#sessions.get(pattern.exec(path)?.[1] ?? '');
    if (!session) throw new Refusal(404, 'There is no such session: it ended with its page.');
    return session;
  }
}

/** The events of a saved timeline, one JSON object per line, as its session sent them. */
function readAgain(stored: unknown): string {
  let timeline: Timeline;
  try {
    timeline = loadTimeline(stored as StoredTimeline);
  } catch {
    throw new RequestError('This is not a timeline saved by the inspector.');
  }
  const reader = new ConversationReader(timeline.transport);
  const mapper = new SessionEventMapper({
    connection: 1,
    isInjected: () => false,
    conversation: () => reader.conversation(),
  });
  return timeline.entries
    .flatMap((entry) => reader.push(entry).flatMap((event) => mapper.map(event)))
    .map((event) => `${JSON.stringify(event)}\n`)
    .join('');
}

function demand(request: IncomingMessage, method: 'GET' | 'POST'): void {
  if (request.method !== method)
    throw new Refusal(405, `Only ${method} is allowed here.`, { Allow: method });
  // From another site, a browser sends this type only after a preflight request.
  if (method === 'POST' && request.headers['content-type'] !== 'application/json') {
    throw new Refusal(415, 'A request must be application/json.');
  }
}

/** @throws Refusal unless the inspector's own page on this machine sent the request */
function checkSender({ socket, headers }: IncomingMessage): void {
  const from = socket.remoteAddress ?? '';
  if (!/^(127\.|::1$|::ffff:127\.)/.test(from)) {
    throw new Refusal(403, 'The inspector serves only this machine: open it on localhost.');
  }
  if (!isLoopbackHost(headers.host)) {
    throw new Refusal(403, 'The inspector is at localhost: other hosts are refused.');
  }
  const site = headers['sec-fetch-site'];
  const foreign =
    (headers.origin !== undefined && headers.origin !== `http://${headers.host}`) ||
    (site !== undefined && site !== 'same-origin' && site !== 'none');
  if (foreign) throw new Refusal(403, 'Only the inspector’s own page may request this.');
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Read to its end even when it is too long: a client that is still sending would miss the answer.
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= mostBodyBytes) chunks.push(chunk);
  }
  if (size > mostBodyBytes) throw new Refusal(413, 'A request has at most 64 MiB.');
  return Buffer.concat(chunks).toString('utf8');
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new RequestError('The request is not JSON.');
  }
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' });
  response.end(body);
}

function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const known = error instanceof Refusal || error instanceof RequestError;
  if (error instanceof Refusal) {
    for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value);
  }
  const status = error instanceof Refusal ? error.status : known ? 400 : 500;
  send(response, status, 'text/plain; charset=utf-8', `${(error as Error).message}\n`);
}
