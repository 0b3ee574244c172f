/** The list of events on the tap, oldest first. A selected frame shows its bits. */
import type {
  FrameEvent,
  MessageEvent,
  SessionEvent,
  Side,
} from '../../inspector/session-events.ts';
import { element } from '../elements.js';
import { fieldsOf, nameOf } from './fields.js';
import { describePayload } from './payload.js';

/** The number of rows kept; older ones are removed. The saved timeline has all. */
const keptRows = 2000;

/** An event of the page's own WebSocket. */
export type PageEvent = { kind: 'page'; text: string };

export class Timeline {
  #list;
  #choose;
  /** Whether the newest frame is selected as it arrives: until the user selects one. */
  #following = true;

  constructor(list: HTMLOListElement, choose: (frame: FrameEvent) => void) {
    this.#list = list;
    this.#choose = choose;
    list.addEventListener('keydown', (event) => this.#onKey(event));
  }

  clear() {
    this.#list.replaceChildren();
    this.#following = true;
  }

  add(event: SessionEvent | PageEvent) {
    const row = event.kind === 'frame' ? this.#frameRow(event) : plainRow(event);
    if (!row) return;
    const atEnd = this.#list.scrollTop + this.#list.clientHeight >= this.#list.scrollHeight - 4;
    this.#list.append(row);
    while (this.#list.childElementCount > keptRows) this.#list.firstElementChild?.remove();
    if (atEnd) this.#list.scrollTop = this.#list.scrollHeight;
  }

  #frameRow(frame: FrameEvent) {
    const wrong = fieldsOf(frame).some((field) => field.problem);
    const button = element(
      'button',
      { type: 'button', className: 'frame' },
      { testid: 'frame', from: frame.from, opcode: nameOf(frame.opcode) },
      time(frame.at),
      direction(frame.from),
      element('span', { className: 'opcode', textContent: nameOf(frame.opcode) }),
      element('code', { className: 'preview', textContent: describePayload(frame).slice(0, 200) }),
      element('span', { className: 'marks' }, {}, ...marksOf(frame, wrong)),
      element('span', { className: 'size', textContent: size(frame.payloadLength) }),
    );
    const row = element('li', {}, {}, button);
    button.addEventListener('click', () => {
      this.#following = false;
      this.#chosen(button, frame);
    });
    if (this.#following) this.#chosen(button, frame);
    return row;
  }

  #chosen(button: HTMLButtonElement, frame: FrameEvent) {
    this.#list.querySelector('[aria-current]')?.removeAttribute('aria-current');
    button.ariaCurrent = 'true';
    this.#choose(frame);
  }

  /** Arrow keys move from frame to frame. */
  #onKey(event: KeyboardEvent) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    const frames = [...this.#list.querySelectorAll('button')];
    const focused = frames.findIndex((frame) => frame.matches(':focus'));
    const next = frames[focused + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.click();
  }
}

function marksOf(frame: FrameEvent, wrong: boolean) {
  return [
    ...(frame.injected ? [mark('injected', 'injected')] : []),
    ...(frame.fin ? [] : [mark('fragment', 'unfinished message')]),
    ...(frame.deflate && frame.rsv1 ? [mark('compressed', 'compressed')] : []),
    ...(frame.complete ? [] : [mark('cut', 'cut short')]),
    ...(wrong ? [mark('wrong', 'breaks a rule')] : []),
  ];
}

function mark(kind: string, text: string) {
  return element('span', { className: `mark-${kind}`, textContent: text }, { mark: kind });
}

function plainRow(event: SessionEvent | PageEvent) {
  const sentence = sentenceOf(event);
  if (!sentence) return undefined;
  const from = 'from' in event ? direction(event.from) : element('span', { className: 'arrow' });
  const at = 'at' in event ? time(event.at) : element('span', { className: 'time' });
  const text = element('span', { className: 'sentence', textContent: sentence });
  return element(
    'li',
    { className: `plain ${event.kind}` },
    { testid: event.kind },
    at,
    from,
    text,
  );
}

/** Whether an event has a separate row. */
export function hasRow(event: SessionEvent | PageEvent) {
  return event.kind === 'frame' || sentenceOf(event) !== undefined;
}

function sentenceOf(event: SessionEvent | PageEvent) {
  switch (event.kind) {
    case 'page':
      return event.text;
    case 'problem':
      return event.sentence;
    case 'head':
      return event.startLine;
    case 'message':
      return messageSentence(event);
    case 'fin':
      return 'FIN: sends nothing more';
    case 'rst':
      return 'RST: resets the connection';
    case 'leftover':
      return `${size(event.length)} that do not form a whole frame: ${event.bytes.slice(0, 64).replace(/..(?=.)/g, '$& ')}`;
    default:
      return undefined;
  }
}

/** A message gets a row if it is more than its single frame. */
function messageSentence({ type, compressed, frames, content, length }: MessageEvent) {
  if (frames === 1 && !compressed) return undefined;
  const how = [frames > 1 && `${frames} frames joined`, compressed && 'inflated'].filter(Boolean);
  if (content === undefined) return `${how.join(', ')}: the message cannot be read`;
  const shown = type === 'text' ? `“${content.slice(0, 200)}”` : content.slice(0, 64);
  return `${how.join(', ')}: ${type}, ${size(length)}: ${shown}`;
}

function direction(from: Side) {
  const words = from === 'client' ? 'client to server' : 'server to client';
  return element(
    'span',
    { className: `arrow ${from}` },
    {},
    element('span', { ariaHidden: 'true', textContent: from === 'client' ? '→' : '←' }),
    element('span', { className: 'unseen', textContent: words }),
  );
}

/** @param at milliseconds since the connection was opened */
function time(at: number) {
  return element('span', { className: 'time', textContent: `${at.toFixed(1)} ms` });
}

function size(bytes: number) {
  return bytes === 1 ? '1 byte' : `${bytes.toLocaleString('en')} bytes`;
}
