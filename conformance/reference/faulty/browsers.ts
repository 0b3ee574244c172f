/**
 * Browsers with one fault each, and the cases that must fail for them: a real engine whose page has a
 * replaced `WebSocket`, or that is connected through a relay which changes its traffic.
 */

/** What the functions below use of the page that they run in, and Node's types lack. */
declare const CloseEvent: { readonly prototype: object };
declare const Element: {
  readonly prototype: { setAttribute(name: string, value: string): void };
};
declare const location: { readonly origin: string };
type Protocols = ConstructorParameters<typeof WebSocket>[1];
type OnClose = NonNullable<WebSocket['onclose']>;

/** What a relay changes between a browser and the host of its cases. */
export interface Tampering {
  /** Changes the head of the request, line ends included. */
  readonly request?: (head: string) => string;
  /** Changes the head of the response. */
  readonly response?: (head: string) => string;
  /** Nothing that the browser sends after its request gets through. */
  readonly deaf?: true;
}

export interface FaultyBrowser {
  readonly name: string;
  /** Runs in the page before its cases. */
  readonly page?: () => void;
  readonly wire?: Tampering;
  /** Globs of case ids. */
  readonly fails: readonly string[];
}

const header = (name: string, value: string) => (head: string) =>
  head.replace(new RegExp(`^${name}: .*$`, 'im'), `${name}: ${value}`);
const without = (name: string) => (head: string) =>
  head.replaceAll(new RegExp(`^${name}: .*\r\n`, 'gim'), '');

/** What it says of itself, of its URL and of its arguments. */
const constructors: readonly FaultyBrowser[] = [
  {
    name: 'takes every URL and every subprotocol',
    fails: [
      'browser-url/refused',
      'browser-url/forbidden-hosts',
      'browser-url/call-shape',
      'browser-subprotocol/refused',
      'browser-state/interface',
    ],
    page: () => {
      const Correct = WebSocket;
      function Lenient(this: unknown, url = 'ws://127.0.0.1:1/', protocols?: Protocols) {
        try {
          return new Correct(url, protocols);
        } catch {
          return new Correct('ws://127.0.0.1:1/');
        }
      }
      Lenient.prototype = Object.create(Correct.prototype);
      globalThis.WebSocket = Lenient as unknown as typeof WebSocket;
    },
  },
  {
    name: 'reports the URL as it was given',
    fails: ['browser-url/schemes', 'browser-url/normalized', 'browser-url/relative'],
    page: () => {
      globalThis.WebSocket = class extends WebSocket {
        readonly #given: string;
        constructor(url: string | URL, protocols?: Protocols) {
          super(url, protocols);
          this.#given = String(url);
        }
        override get url() {
          return this.#given;
        }
      };
    },
  },
  {
    name: 'throws where a port is blocked',
    fails: ['browser-url/blocked-ports'],
    page: () => {
      globalThis.WebSocket = class extends WebSocket {
        constructor(url: string | URL, protocols?: Protocols) {
          if (/:22\//.test(String(url))) throw new DOMException('blocked', 'SecurityError');
          super(url, protocols);
        }
      };
    },
  },
  {
    name: 'asks for another host and leaves out the query',
    fails: [
      'browser-url/query',
      'browser-url/long',
      'browser-url/short-host',
      'browser-url/named-host',
    ],
    wire: {
      request: (head) => header('Host', 'elsewhere.test')(head).replace(/&(q|long)=\S*/, ''),
    },
  },
  {
    name: 'asks for no subprotocol',
    fails: ['browser-subprotocol/in-order', 'browser-subprotocol/from-object'],
    page: () => {
      globalThis.WebSocket = class extends WebSocket {
        constructor(url: string | URL) {
          super(url);
        }
      };
    },
  },
  {
    name: 'has other constants and keeps any handler',
    fails: ['browser-state/first', 'browser-events/handlers'],
    page: () => {
      globalThis.WebSocket = class extends WebSocket {
        static override readonly OPEN = 2 as never;
        #handler: unknown = null;
        override get onopen() {
          return this.#handler as null;
        }
        override set onopen(handler) {
          this.#handler = handler;
        }
      };
    },
  },
];

/** What it reports to its program. */
const events: readonly FaultyBrowser[] = [
  {
    name: 'reports no error',
    fails: [
      'browser-events/failure',
      'browser-events/open-before-a-failure-in-one-segment',
      'browser-events/no-message-after-an-error',
    ],
    page: () => {
      const { addEventListener } = EventTarget.prototype;
      globalThis.WebSocket = class extends WebSocket {
        constructor(url: string | URL, protocols?: Protocols) {
          super(url, protocols);
          addEventListener.call(this, 'error', (event) => event.stopImmediatePropagation());
        }
      };
    },
  },
  {
    name: 'reports 1000, no reason and a clean end whatever happened',
    fails: [
      'browser-events/close-event',
      'browser-events/close-in-the-segment-of-the-101',
      'browser-close/while-connecting',
      'browser-events/failure',
    ],
    page: () => {
      for (const [name, value] of [
        ['code', 1000],
        ['reason', ''],
        ['wasClean', true],
      ] as const) {
        Object.defineProperty(CloseEvent.prototype, name, { get: () => value });
      }
    },
  },
  {
    name: 'is open whatever happens',
    fails: ['browser-events/order*', 'browser-close/twice'],
    page: () => {
      Object.defineProperty(WebSocket.prototype, 'readyState', { get: () => 1 });
    },
  },
  {
    name: 'reports messages without their origin, and removes a byte order mark',
    fails: ['browser-events/message-event', 'browser-receive/kinds'],
    page: () => {
      const data = Object.getOwnPropertyDescriptor(MessageEvent.prototype, 'data')?.get;
      Object.defineProperty(MessageEvent.prototype, 'origin', { get: () => '' });
      Object.defineProperty(MessageEvent.prototype, 'data', {
        get(this: MessageEvent) {
          const value = data?.call(this);
          return typeof value === 'string' ? value.replace(/^\ufeff/, '') : value;
        },
      });
    },
  },
  {
    name: 'calls handlers last, and none again that threw',
    fails: ['browser-events/listeners', 'browser-events/throwing-listener'],
    page: () => {
      globalThis.WebSocket = class extends WebSocket {
        override set onclose(handler: OnClose) {
          this.addEventListener('close', (event) => setTimeout(handler, 0, event));
        }
        override set onmessage(handler: (event: MessageEvent) => void) {
          this.addEventListener('message', handler, { once: true });
        }
      };
    },
  },
  {
    name: 'ignores binaryType',
    fails: ['browser-receive/binary-type', 'browser-receive/binary-type-between-fragments'],
    page: () => {
      Object.defineProperty(WebSocket.prototype, 'binaryType', { get: () => 'blob', set() {} });
    },
  },
];

/** What it does with what its program wants to send. */
const sending: readonly FaultyBrowser[] = [
  {
    name: 'has nothing in its buffer, ever',
    fails: [
      'browser-send/buffered-amount*',
      'browser-send/after-close',
      'browser-send/while-closing',
    ],
    page: () => {
      Object.defineProperty(WebSocket.prototype, 'bufferedAmount', { get: () => 0 });
    },
  },
  {
    name: 'takes for sent what it handed on within itself',
    fails: ['browser-send/buffered-amount-of-unread-data'],
    page: () => {
      const { send } = WebSocket.prototype;
      let ofThisTask = 0;
      WebSocket.prototype.send = function (data) {
        send.call(this, data);
        ofThisTask += (data as Uint8Array).byteLength;
        setTimeout(() => {
          ofThisTask = 0;
        });
      };
      Object.defineProperty(WebSocket.prototype, 'bufferedAmount', { get: () => ofThisTask });
    },
  },
  {
    name: 'forgets what it has not sent when it is closed',
    fails: ['browser-send/buffered-amount-of-what-is-given-up'],
    page: () => {
      const { get } = Object.getOwnPropertyDescriptor(WebSocket.prototype, 'bufferedAmount')!;
      Object.defineProperty(WebSocket.prototype, 'bufferedAmount', {
        get(this: WebSocket) {
          return this.readyState === 3 ? 0 : get?.call(this);
        },
      });
    },
  },
  {
    name: 'makes a string of all that it sends, and is silent when it is too early',
    fails: ['browser-send/types', 'browser-state/send-while-connecting'],
    page: () => {
      const { send } = WebSocket.prototype;
      WebSocket.prototype.send = function (data) {
        if (this.readyState !== 0) send.call(this, String(data));
      };
    },
  },
  {
    name: 'closes with any code it is given, and no reason',
    fails: [
      'browser-close/bad-arguments',
      'browser-close/longest-reason',
      'browser-close/unpaired-surrogate',
    ],
    page: () => {
      const { close } = WebSocket.prototype;
      WebSocket.prototype.close = function (code) {
        const isLegal = code === 1000 || (Number(code) >= 3000 && Number(code) < 5000);
        close.call(this, isLegal ? code : 1000);
      };
    },
  },
];

/** What leaves it, and what it lets in; a page cannot get these wrong. */
const onTheWire: readonly FaultyBrowser[] = [
  {
    name: 'says another origin, and the page it came from',
    fails: ['browser-request/*origin', 'browser-request/no-referer'],
    wire: {
      request: (head) =>
        header('Origin', 'http://elsewhere.test\r\nReferer: http://elsewhere.test/')(head),
    },
  },
  {
    name: 'sends no cookies',
    fails: [
      'browser-request/cookies',
      'browser-cookies/http-only',
      'browser-cookies/in-order',
      'browser-cookies/of-a-refused-handshake',
    ],
    wire: { request: without('Cookie') },
  },
  {
    name: 'takes no cookies',
    fails: ['browser-cookies/seen-in-open'],
    wire: { response: without('Set-Cookie') },
  },
  {
    name: 'goes away without a word',
    fails: ['browser-leaving/*', 'browser-worker/echo'],
    wire: { deaf: true },
  },
  {
    name: 'knows no policy and no mixed content, and trusts no loopback',
    fails: [
      'browser-request/content-security-policy',
      'browser-request/ws-from-a-secure-page',
      'browser-request/loopback-from-a-secure-page',
    ],
    page: () => {
      const { setAttribute } = Element.prototype;
      Element.prototype.setAttribute = function (name, value) {
        const lenient = value
          .replace(/<meta[^>]*>/, '')
          .replace(/^https:.*(?=\/client-cases\/.*framewright)/, location.origin)
          .replace(/(?<=^https:.*127\.0\.0\.1%3A)\d+/, '1');
        setAttribute.call(this, name, lenient);
      };
    },
  },
];

export const faultyBrowsers: readonly FaultyBrowser[] = [
  ...constructors,
  ...events,
  ...sending,
  ...onTheWire,
];
