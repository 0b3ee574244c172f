// The opening handshake side by side, and the accept computed step by step (RFC 6455 §4).

import { element } from '../elements.js';
import { sectionLink } from './bit-table.js';
import { toHex } from './payload.js';

/** @typedef {import('../../inspector/session-events.ts').HeadEvent} Head */

/** RFC 6455 §1.3: appended to the key, so that no server answers by accident. */
const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** What the header lines of a handshake are for. @type {Record<string, [string, string]>} */
const notes = {
  host: ['The server that is meant; several may share an address.', '4.1'],
  upgrade: ['The protocol to change to. It must name websocket.', '4.1'],
  connection: ['Upgrade is for this hop only, so Connection must name it.', '4.1'],
  'sec-websocket-key': ['16 random bytes in base64, new for each connection.', '4.1'],
  'sec-websocket-version': ['The version of the protocol: 13.', '4.1'],
  'sec-websocket-accept': [
    'Proof that the server read the key as a WebSocket server does.',
    '4.2.2',
  ],
  'sec-websocket-extensions': ['Extensions offered, or in the response the agreed ones.', '9.1'],
  'sec-websocket-protocol': ['Subprotocols offered, or in the response the chosen one.', '1.9'],
  origin: ['The site whose page asks: browsers always say, and a server may refuse it.', '10.2'],
};

export class Handshake {
  #request;
  #response;
  #steps;
  /** @type {Head | undefined} */
  #requestHead;

  /**
   * @param {HTMLElement} request
   * @param {HTMLElement} response
   * @param {HTMLOListElement} steps
   */
  constructor(request, response, steps) {
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

  /** @param {Head} head */
  async show(head) {
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

/**
 * The accept for a key: what is hashed, its SHA-1, and the base64 of that.
 *
 * @param {string} key
 */
export async function computeAccept(key) {
  const hashed = key + guid;
  const digest = new Uint8Array(
    await crypto.subtle.digest('SHA-1', new TextEncoder().encode(hashed)),
  );
  return { hashed, digest: toHex(digest), accept: btoa(String.fromCharCode(...digest)) };
}

/**
 * @param {string} key
 * @param {string | undefined} answered
 */
async function acceptSteps(key, answered) {
  const { hashed, digest, accept } = await computeAccept(key);
  const same = answered === accept;
  const verdict =
    answered === undefined ? 'The response has no accept.' : `The server sent ${answered}`;
  return [
    step('The key of the request', key),
    step('with the GUID of the protocol appended', hashed),
    step('hashed with SHA-1: 20 bytes', digest.replace(/..(?=.)/g, '$& ')),
    step('in base64', accept),
    element(
      'li',
      { className: same ? 'same' : 'differs' },
      { testid: 'accept-verdict' },
      element('span', { textContent: same ? '✓ the same as the server sent' : `✕ ${verdict}` }),
    ),
  ];
}

/** @param {string} title @param {string} value */
function step(title, value) {
  return element(
    'li',
    {},
    {},
    element('span', { textContent: title }),
    element('code', { textContent: value }),
  );
}

/** @param {Head} head */
function lines(head) {
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

/** @param {Head} head @param {string} name in lower case */
function headerOf(head, name) {
  return head.headers.find((header) => header.name.toLowerCase() === name)?.value;
}
