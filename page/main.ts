/** The page: opens a WebSocket, sends “abc”, and shows what comes back and how it ends. */
import { Conversation, sizeOf } from './conversation.js';
import { byId } from './elements.js';
import { askOverHttp, explainClose, explainFailure, explainSilence } from './endings.js';
import { findServer } from './server-address.js';
import * as view from './view.js';

const query = new URLSearchParams(location.search);

/** How long the page waits before it reports the server as silent, in milliseconds. */
const timeout = Math.max(1, Number(query.get('timeout')) || 3000);

const conversation = new Conversation(byId('conversation', HTMLOListElement));

let socket: WebSocket | undefined;
let closedHere = false;

const found = findServer(location, await readWebSocketPort());
if ('url' in found) {
  const { url } = found;
  view.showAddress(url);
  view.listen({ send, close, connectOrGiveUp: () => connectOrGiveUp(url) });
  connect(url);
} else {
  view.showAddress(query.get('server') ?? '');
  view.showState('failed', found.problem);
  conversation.add({ kind: 'failed', title: 'No address to connect to', detail: found.problem });
  if (found.suggestion) view.suggestServer(found.suggestion);
}

function connect(url: string) {
  const current = new WebSocket(url);
  current.binaryType = 'arraybuffer';
  socket = current;
  closedHere = false;
  let opened = false;

  conversation.restart();
  conversation.add({ kind: 'opening', title: 'Connecting' });
  view.showState('connecting', 'Waiting for the server to answer the handshake.');
  const silence = setTimeout(() => {
    view.showState('connecting', explainSilence(url, timeout / 1000));
    conversation.add({ kind: 'note', title: 'No answer yet' });
  }, timeout);

  current.addEventListener('open', () => {
    opened = true;
    clearTimeout(silence);
    conversation.add({ kind: 'open', title: 'Open', detail: describeChoices(current) });
    view.showState('open', 'The handshake succeeded: both sides may send.');
    send('abc');
  });

  current.addEventListener('message', ({ data }) => {
    const type = typeof data === 'string' ? 'text' : 'binary';
    const detail = `${type}, ${sizeOf(data)}`;
    conversation.add({ kind: 'received', title: 'Received', payload: data, detail });
    view.showTravel('received', data);
    if (type === 'text') console.log(data);
  });

  current.addEventListener('close', (event) => {
    clearTimeout(silence);
    view.showEnding(event.code, event.reason);
    const detail = `code ${event.code}, ${event.reason ? `reason “${event.reason}”` : 'no reason'}`;
    conversation.add({ kind: event.wasClean ? 'closed' : 'failed', title: 'Closed', detail });
    if (opened) {
      view.showState('closed', explainClose(event, closedHere));
    } else if (closedHere) {
      view.showState('failed', 'The connection was never opened: this page gave up waiting.');
    } else {
      findCause(current);
    }
  });
}

function send(text: string) {
  socket?.send(text);
  conversation.add({ kind: 'sent', title: 'Sent', payload: text, detail: `text, ${sizeOf(text)}` });
  view.showTravel('sent', text);
}

function close(code: number | undefined, reason: string) {
  closedHere = true;
  if (code === undefined) socket?.close();
  else socket?.close(code, reason);
  conversation.add({ kind: 'note', title: 'Closing', detail: `code ${code ?? 'none'}` });
  view.showState('closing', 'The Close frame was sent; waiting for the answer.');
}

function connectOrGiveUp(url: string) {
  if (socket?.readyState === WebSocket.CONNECTING) {
    closedHere = true;
    socket.close();
  } else {
    connect(url);
  }
}

/** Explains a connection that never opened, as far as a plain HTTP request can show. */
async function findCause(failed: WebSocket) {
  view.showState('failed', explainFailure(failed.url, undefined));
  const answer = await askOverHttp(failed.url, timeout);
  // The user may have requested another connection in the meantime.
  if (socket !== failed) return;
  view.showState('failed', explainFailure(failed.url, answer));
}

function describeChoices({ protocol, extensions }: WebSocket) {
  const subprotocol = protocol ? `subprotocol ${protocol}` : 'no subprotocol';
  return `${subprotocol}, ${extensions ? `extensions ${extensions}` : 'no extensions'}`;
}

/** The port of the server started with the page; 3200 when the page is served without a config. */
async function readWebSocketPort() {
  try {
    const response = await fetch('/config.json');
    return Number((await response.json()).webSocketPort) || 3200;
  } catch {
    return 3200;
  }
}
