/** The opening handshake side by side, with the accept value computed step by step (RFC 6455 §4). */
import type { HeadEvent as Head } from '../../inspector/session-events.ts';
import { element } from '../elements.js';
import { sectionLink } from './bit-table.js';
import { toHex } from './payload.js';

/** RFC 6455 §1.3: appended to the key, so that no server answers correctly by accident. */
const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** The purpose of each header of a handshake. */
const notes: Record<string, [string, string]> = {
  host: ['The requested host; several may share an address.', '4.1'],
  upgrade: ['The protocol to switch to. It must name websocket.', '4.1'],
  connection: ['Upgrade is for this hop only, so Connection must list it.', '4.1'],
  'sec-websocket-key': ['16 random bytes in base64, new for each connection.', '4.1'],
  'sec-websocket-version': ['The version of the protocol: 13.', '4.1'],
  'sec-websocket-accept': [
    'Proof that the server processed the key as a WebSocket server does.',
    '4.2.2',
  ],
  'sec-websocket-extensions': [
    'The offered extensions; in the response, the negotiated ones.',
    '9.1',
  ],
  'sec-websocket-protocol': ['The offered subprotocols; in the response, the chosen one.', '1.9'],
  origin: ['The site of the page: browsers always send it, and a server may refuse it.', '10.2'],
};

export class Handshake {
  #request;
  #response;
  #steps;
  #requestHead: Head | undefined;

  constructor(request: HTMLElement, response: HTMLElement, steps: HTMLOListElement) {
    this.#request = request;
    this.#response = response;
    this.#steps = steps;
  }

  clear() {
    this.#requestHead = undefined;
    this.#request.replaceChildren();
    this.#response.replaceChildren();
    this.#steps.replaceChildren();
  }

  async show(head: Head) {
    if (head.from === 'client') {
      this.#requestHead = head;
      this.#request.replaceChildren(...lines(head));
      return;
    }
    this.#response.replaceChildren(...lines(head));
    const key = this.#requestHead && headerOf(this.#requestHead, 'sec-websocket-key');
    if (key === undefined) return;
    this.#steps.replaceChildren(
      ...(await acceptSteps(key, headerOf(head, 'sec-websocket-accept'))),
    );
  }
}

/** The accept value for a key: the hashed text, its SHA-1, and its base64. */
export async function computeAccept(key: string) {
  const hashed = key + guid;
  const digest = new Uint8Array(
    await crypto.subtle.digest('SHA-1', new TextEncoder().encode(hashed)),
  );
  return { hashed, digest: toHex(digest), accept: btoa(String.fromCharCode(...digest)) };
}

async function acceptSteps(key: string, answered: string | undefined) {
  const { hashed, digest, accept } = await computeAccept(key);
  const same = answered === accept;
  const verdict =
    answered === undefined ? 'The response has no accept value.' : `The server sent ${answered}`;
  return [
    step('The key of the request', key),
    step('with the GUID of the protocol appended', hashed),
    step('hashed with SHA-1: 20 bytes', digest.replace(/..(?=.)/g, '$& ')),
    step('in base64', accept),
    element(
      'li',
      { className: same ? 'same' : 'differs' },
      { testid: 'accept-verdict' },
      element('span', { textContent: same ? '✓ matches what the server sent' : `✕ ${verdict}` }),
    ),
  ];
}

function step(title: string, value: string) {
  return element(
    'li',
    {},
    {},
    element('span', { textContent: title }),
    element('code', { textContent: value }),
  );
}

function lines(head: Head) {
  return [
    element(
      'li',
      { className: 'start-line' },
      {},
      element('code', { textContent: head.startLine }),
    ),
    ...head.headers.map(({ name, value }) => {
      const line = element('li', {}, {}, element('code', { textContent: `${name}: ${value}` }));
      const note = notes[name.toLowerCase()];
      if (note) {
        line.classList.add('noted');
        line.append(
          element('span', { className: 'note' }, {}, `${note[0]} `, sectionLink(note[1])),
        );
      }
      return line;
    }),
  ];
}

/** @param name in lower case */
function headerOf(head: Head, name: string) {
  return head.headers.find((header) => header.name.toLowerCase() === name)?.value;
}
