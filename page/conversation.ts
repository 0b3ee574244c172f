/**
 * The list of events, oldest first. Payloads come from the network: they enter the document as text,
 * and long ones are truncated.
 */
import { element } from './elements.js';

type Kind = 'opening' | 'open' | 'sent' | 'received' | 'closed' | 'failed' | 'note';

interface Entry {
  readonly kind: Kind;
  readonly title: string;
  readonly payload?: string | ArrayBuffer;
  readonly detail?: string;
}

const shownCharacters = 2000;
const shownBytes = 256;
const keptEntries = 500;

const symbols: Record<Kind, string> = {
  opening: '…',
  open: '●',
  sent: '→',
  received: '←',
  closed: '■',
  failed: '✕',
  note: 'i',
};

const clock = new Intl.DateTimeFormat(undefined, {
  hourCycle: 'h23',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});

export class Conversation {
  #list;
  #start = performance.now();

  constructor(list: HTMLOListElement) {
    this.#list = list;
  }

  /** Empties the list and restarts its clock. */
  restart() {
    this.#list.replaceChildren();
    this.#start = performance.now();
  }

  add({ kind, title, payload, detail }: Entry) {
    const now = new Date();
    const item = element('li', { className: 'entry' }, { kind, testid: 'entry' });

    const symbol = element('span', { className: 'symbol', textContent: symbols[kind] });
    symbol.ariaHidden = 'true';
    const since = (performance.now() - this.#start).toFixed(1);
    const time = element('time', {
      dateTime: now.toISOString(),
      textContent: `${clock.format(now)} (+${since} ms)`,
    });
    const heading = element('span', { className: 'title', textContent: title });
    item.append(symbol, heading, time);

    if (payload !== undefined) {
      const text = { className: 'payload', textContent: shorten(payload) };
      item.append(element('code', text, { testid: 'payload' }));
    }
    if (detail) item.append(element('span', { className: 'detail', textContent: detail }));

    this.#list.append(item);
    while (this.#list.childElementCount > keptEntries) this.#list.firstElementChild?.remove();
    // The list scrolls, not the page, which the user may be reading elsewhere.
    this.#list.scrollTop = this.#list.scrollHeight;
  }
}

/** The shown part of a payload: text, or bytes as hex, truncated when long. */
export function shorten(payload: string | ArrayBuffer) {
  if (typeof payload === 'string') {
    if (payload.length <= shownCharacters) return payload;
    return `${payload.slice(0, shownCharacters)} … (${payload.length.toLocaleString('en')} characters in all)`;
  }
  const bytes = new Uint8Array(payload, 0, Math.min(payload.byteLength, shownBytes));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  if (payload.byteLength <= shownBytes) return hex;
  return `${hex} … (${payload.byteLength.toLocaleString('en')} bytes in all)`;
}

/** The size of a payload on the wire. */
export function sizeOf(payload: string | ArrayBuffer) {
  const bytes =
    typeof payload === 'string' ? new TextEncoder().encode(payload).length : payload.byteLength;
  return bytes === 1 ? '1 byte' : `${bytes.toLocaleString('en')} bytes`;
}
