/**
 * Conversations as an HTTP Archive 1.2: one entry each, with the frames as `_webSocketMessages`, the
 * field that Chrome's DevTools exports and imports.
 */
import { isUtf8 } from 'node:buffer';
import { version } from '../results/version.ts';
import { forJson } from '../untrusted/inert.ts';
import {
  type Conversation,
  type ConversationEvent,
  readConversation,
} from '../wire/conversation.ts';
import type { HttpHead } from '../wire/http-head.ts';
import { opcodes } from '../wire/wire.ts';
import type { RecordedConversation } from './recorded.ts';

export interface WebSocketMessage {
  /** As the client sees it. */
  readonly type: 'send' | 'receive';
  /** Seconds since 1970. */
  readonly time: number;
  readonly opcode: number;
  /** Text if the opcode is 1 and the bytes are UTF-8, otherwise base64. */
  readonly data: string;
}

/**
 * The conversations as an HTTP Archive (HAR 1.2), which DevTools opens: an entry for each, with its
 * frames.
 */
export function renderHar(recorded: readonly RecordedConversation[]): string {
  const log = {
    version: '1.2',
    creator: { name: 'Framewright', version },
    pages: [],
    entries: recorded.map(entryOf),
  };
  return `${forJson({ log }, 2)}\n`;
}

function entryOf({ name, url, startedAt, timeline }: RecordedConversation) {
  const conversation = readConversation(timeline);
  const { client, server } = conversation;
  const request = client.head;
  const [asked, answered] = [client.head?.at ?? 0, server.head?.at ?? client.head?.at ?? 0];
  const last = timeline.entries.at(-1)?.at ?? 0;
  const timings = { send: asked, wait: answered - asked, receive: Math.max(0, last - answered) };
  return {
    startedDateTime: startedAt,
    time: timings.send + timings.wait + timings.receive,
    request: requestOf(request, url),
    response: responseOf(conversation),
    cache: {},
    timings,
    comment: name,
    _resourceType: 'websocket',
    _webSocketMessages: conversation.events.flatMap((event) =>
      messageOf(event, Date.parse(startedAt)),
    ),
  };
}

/** Missing parts are empty: the format requires every member. */
function requestOf(head: HttpHead | undefined, url: string | undefined) {
  const line = head?.startLine.kind === 'request' ? head.startLine : undefined;
  const headers = headersOf(head);
  const host = headers.find(({ name }) => name.toLowerCase() === 'host')?.value;
  const address = url ?? `ws://${host ?? 'unknown'}${line?.target ?? '/'}`;
  return {
    method: line?.method ?? '',
    url: address,
    httpVersion: line?.version ?? '',
    cookies: [],
    headers,
    queryString: queryOf(address),
    headersSize: head?.length ?? -1,
    bodySize: 0,
  };
}

function responseOf({ server }: Conversation) {
  const line = server.head?.startLine.kind === 'response' ? server.head.startLine : undefined;
  const { body } = server;
  return {
    status: line?.status ?? 0,
    statusText: line?.reason ?? '',
    httpVersion: line?.version ?? '',
    cookies: [],
    headers: headersOf(server.head),
    content: {
      size: body.length,
      mimeType: 'x-unknown',
      ...(body.length > 0 && { text: Buffer.from(body).toString('base64'), encoding: 'base64' }),
    },
    redirectURL: '',
    headersSize: server.head?.length ?? -1,
    bodySize: body.length,
  };
}

function headersOf(head: HttpHead | undefined) {
  return (head?.headers ?? []).map(({ name, value }) => ({ name, value }));
}

function queryOf(address: string) {
  if (!URL.canParse(address)) return [];
  return [...new URL(address).searchParams].map(([name, value]) => ({ name, value }));
}

/** A whole message or a control frame; the format has no fragments. */
function messageOf(event: ConversationEvent, epoch: number): WebSocketMessage[] {
  const make = (from: 'client' | 'server', at: number, opcode: number, bytes: Uint8Array) => {
    const isText = opcode === opcodes.text && isUtf8(bytes);
    const data = Buffer.from(bytes).toString(isText ? 'utf8' : 'base64');
    const type = from === 'client' ? ('send' as const) : ('receive' as const);
    return [{ type, time: (epoch + at) / 1000, opcode, data }];
  };
  switch (event.kind) {
    case 'message': {
      const { type, data, wirePayload } = event.message;
      return make(event.from, event.at, opcodes[type], data ?? wirePayload);
    }
    case 'ping':
    case 'pong':
      return make(event.from, event.at, opcodes[event.kind], event.payload);
    case 'close':
      return make(event.from, event.at, opcodes.close, event.close.frame.payload);
    default:
      return [];
  }
}
