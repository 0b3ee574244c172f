/**
 * The inspector: opens a session, connects this page's WebSocket through its tap, and shows the
 * traffic.
 */
import type { SessionEvent } from '../../inspector/session-events.ts';
import { byId, element, onSubmit, sentenceOf } from '../elements.js';
import { checkServer } from '../server-address.js';
import { BitTable } from './bit-table.js';
import { move } from './ends.js';
import { Handshake } from './handshake.js';
import { listenForInjections } from './injection-form.js';
import { fromHex } from './payload.js';
import { openTimeline, Session } from './session.js';
import { StateDiagram } from './state-diagram.js';
import type { PageEvent } from './timeline.js';
import { hasRow, Timeline } from './timeline.js';

type ShownEvent = SessionEvent | PageEvent;

const bits = new BitTable(byId('bits', HTMLElement), byId('field', HTMLElement));
const timeline = new Timeline(byId('timeline', HTMLOListElement), (frame) => bits.show(frame));
const handshake = new Handshake(
  byId('request', HTMLElement),
  byId('response', HTMLElement),
  byId('accept-steps', HTMLOListElement),
);
const status = byId('status', HTMLElement);
const transitions = await readStates();
const diagram = new StateDiagram(byId('states', HTMLElement), transitions);

const target = byId('target', HTMLInputElement);
const pause = byId('pause', HTMLButtonElement);
const choice = byId('connection', HTMLSelectElement);

let session: Session | undefined;
let socket: WebSocket | undefined;
/** All events, by connection. */
let told: Map<number, ShownEvent[]> = new Map();
/** The connection that is shown. */
let shown = 1;
let states = { client: diagram.first, server: diagram.first };
/** How many events of the shown connection are on the page; the others wait for the end of a pause. */
let rendered = 0;
let paused = false;

const { webSocketPort } = await (await fetch('/config.json')).json();
const beside = `ws://${location.hostname}:${webSocketPort}`;
target.value = new URLSearchParams(location.search).get('server') ?? `${beside}/`;
for (const path of ['/', '/echo']) {
  byId('targets', HTMLDataListElement).append(element('option', { value: beside + path }));
}
listenForInjections(async (as, frames) => {
  await session?.inject({ connection: shown, as, frames });
});
listen();
status.textContent = 'Not connected.';

/** The transition table, which the server gives only to its own pages; others get the reason. */
async function readStates() {
  const response = await fetch('/inspector/states.json');
  if (response.ok) return response.json();
  status.textContent = await response.text();
  throw new Error('The inspector does not serve this page.');
}

/** Opens a session and follows it to its end. */
async function connect() {
  const checked = checkServer(target.value.trim(), 'http:');
  if ('problem' in checked) {
    status.textContent = `${checked.problem}${checked.suggestion ? ` Perhaps ${checked.suggestion}?` : ''}`;
    return;
  }
  disconnect();
  const current = new Session();
  session = current;
  forget();
  status.textContent = `Opening a tap to ${checked.url} …`;
  byId('disconnect', HTMLElement).hidden = false;
  try {
    await current.run(checked.url, (event) => {
      if (current === session) onEvent(event, checked.url);
    });
  } catch (error) {
    if (current === session) status.textContent = sentenceOf(error);
  }
  if (current === session) ended();
}

/** Empties the page. */
function forget() {
  told = new Map();
  shown = 1;
  choice.replaceChildren();
  byId('connection-choice', HTMLElement).hidden = true;
  showAgain();
}

function disconnect() {
  socket?.close();
  // Its later reports do not belong to the next connection.
  socket = undefined;
  session?.end();
  ended();
}

function ended() {
  session = undefined;
  byId('disconnect', HTMLElement).hidden = true;
  byId('save', HTMLElement).hidden = true;
  byId('as-text', HTMLElement).hidden = true;
  setUsable(false);
  byId('inject-fields', HTMLFieldSetElement).disabled = true;
}

function onEvent(event: SessionEvent, url: string) {
  if (event.kind === 'listening') {
    status.replaceChildren(
      `Tapping ${url}. Any client on this machine can use the tap: `,
      element('code', { textContent: event.url }, { testid: 'tap-url' }),
    );
    openSocket(event.url);
    return;
  }
  if (event.kind === 'connected') offerConnection(event.connection);
  if (event.kind === 'problem') status.textContent = event.sentence;
  tell(event.connection, event);
}

/** The page's own WebSocket, with the events that the browser reports to the page. */
function openSocket(url: string) {
  const current = new WebSocket(url);
  current.binaryType = 'arraybuffer';
  socket = current;
  const report = (text: string) => {
    if (current === socket) tell(1, { kind: 'page', text: `This page: ${text}` });
  };
  current.addEventListener('open', () => {
    setUsable(true);
    report('open event');
  });
  current.addEventListener('message', ({ data }) => {
    const size =
      typeof data === 'string' ? `${data.length} characters` : `${data.byteLength} bytes`;
    report(`message event, ${typeof data === 'string' ? 'text' : 'binary'}, ${size}`);
  });
  current.addEventListener('close', ({ code, reason, wasClean }) => {
    if (current === socket) setUsable(false);
    const why = reason ? `, reason “${reason}”` : '';
    report(`close event, code ${code}${why}, ${wasClean ? 'clean' : 'not clean'}`);
  });
}

function tell(connection: number, event: ShownEvent) {
  const events = told.get(connection) ?? [];
  told.set(connection, events);
  events.push(event);
  if (connection !== shown) return;
  if (!paused) render();
  else pause.textContent = `Resume (${events.slice(rendered).filter(hasRow).length} waiting)`;
}

function render() {
  const events = told.get(shown) ?? [];
  for (const event of events.slice(rendered)) {
    timeline.add(event);
    if (event.kind === 'page') continue;
    if (event.kind === 'head') void handshake.show(event);
    states = move(transitions, states, event);
  }
  rendered = events.length;
  diagram.show(states);
  byId('empty', HTMLElement).hidden = rendered > 0;
  byId('inject-fields', HTMLFieldSetElement).disabled = !session || states.client === diagram.first;
  for (const [id, form] of [
    ['save', 'json'],
    ['as-text', 'txt'],
  ] as const) {
    const link = byId(id, HTMLAnchorElement);
    link.hidden = !session || rendered === 0;
    if (session) link.href = session.timelineOf(shown, form);
  }
}

/** Shows the chosen connection from its beginning. */
function showAgain() {
  timeline.clear();
  handshake.clear();
  bits.clear();
  states = { client: diagram.first, server: diagram.first };
  rendered = 0;
  render();
}

function offerConnection(connection: number) {
  choice.append(element('option', { value: String(connection), textContent: String(connection) }));
  byId('connection-choice', HTMLElement).hidden = connection === 1;
}

/** Whether this page's own WebSocket can send. */
function setUsable(usable: boolean) {
  for (const fields of document.querySelectorAll('fieldset.page-fields')) {
    if (fields instanceof HTMLFieldSetElement) fields.disabled = !usable;
  }
}

/** Shows a saved timeline in place of a live connection. */
async function open(file: File) {
  try {
    const events = await openTimeline(file);
    disconnect();
    forget();
    told.set(1, events);
    render();
    status.textContent = `${file.name}: recorded, not live.`;
  } catch (error) {
    status.textContent = `${file.name}: ${sentenceOf(error)}`;
  }
}

function listen() {
  onSubmit('connect-form', connect);
  onSubmit('text-form', () => socket?.send(byId('text', HTMLInputElement).value));
  onSubmit('binary-form', () => {
    const hex = byId('binary', HTMLInputElement).value.replace(/\s/g, '');
    socket?.send(fromHex(hex) as BufferSource);
  });
  onSubmit('close-form', () => {
    const code = Number(byId('close-code', HTMLInputElement).value);
    try {
      socket?.close(code, byId('close-reason', HTMLInputElement).value);
    } catch (error) {
      status.textContent = sentenceOf(error);
    }
  });
  byId('disconnect', HTMLElement).addEventListener('click', () => {
    disconnect();
    status.textContent = 'Disconnected.';
  });
  const file = byId('file', HTMLInputElement);
  byId('open', HTMLElement).addEventListener('click', () => file.click());
  file.addEventListener('change', () => {
    const [chosen] = file.files ?? [];
    // The same file may be opened again after a change.
    if (chosen) void open(chosen).finally(() => (file.value = ''));
  });
  choice.addEventListener('change', () => {
    shown = Number(choice.value);
    showAgain();
  });
  pause.addEventListener('click', () => {
    paused = !paused;
    pause.ariaPressed = String(paused);
    pause.textContent = paused ? 'Resume' : 'Pause';
    if (!paused) render();
  });
  byId('clear', HTMLElement).addEventListener('click', () => {
    timeline.clear();
    bits.clear();
  });
}
