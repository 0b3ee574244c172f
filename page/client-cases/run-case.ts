/**
 * One client case: opens its URL, follows its script or else echoes, and records every event of the
 * WebSocket in order. The harness sees the wire; this sees the API.
 */
import type {
  ClientCase,
  PageAction,
  PagePayload,
  SeenEvent,
} from '../../conformance/run/browser/page-protocol.ts';

/** Longer messages are reported by their size only; the wire has their bytes. */
const longestReported = 4096;

/** The number of slices in which the timeout of a case is measured. */
const slices = 10;

/** Records events, and lets a script wait for the next one of a type. */
class Log {
  readonly seen: SeenEvent[] = [];
  readonly #startedAt = performance.now();
  #lastAt = this.#startedAt;
  readonly #awaited = new Map<string, number>();
  readonly #looks = new Set<() => void>();

  note(event: { readonly type: string; readonly [property: string]: unknown }) {
    this.#lastAt = performance.now();
    this.seen.push({ ...event, at: this.#lastAt - this.#startedAt });
    for (const look of [...this.#looks]) look();
  }

  /**
   * Resolves when no event has been recorded for that long. The time is measured in slices, each of
   * which counts once however late it ends: a page that the machine did not run is not idle.
   */
  async silence(milliseconds: number) {
    for (let left = slices, last = this.#lastAt; left > 0; left -= 1) {
      await new Promise((resolve) => setTimeout(resolve, milliseconds / slices));
      if (last === this.#lastAt) continue;
      last = this.#lastAt;
      left = slices;
    }
  }

  next(type: string): Promise<void> {
    const nth = (this.#awaited.get(type) ?? 0) + 1;
    this.#awaited.set(type, nth);
    return new Promise((resolve) => {
      const look = () => {
        if (this.seen.filter((event) => event.type === type).length < nth) return;
        this.#looks.delete(look);
        resolve();
      };
      this.#looks.add(look);
      look();
    });
  }
}

/** @returns after the close event, or when the timeout has passed */
export async function run({
  url,
  protocols,
  script,
  page,
  timeout,
}: ClientCase): Promise<SeenEvent[]> {
  const log = new Log();
  const end = (page ? call(page, url, log) : connect(url, protocols, script, log)).then(() => true);
  const isOver = await Promise.race([end, stillness(url, timeout, log)]);
  if (!isOver)
    log.note({ type: 'value', name: 'unfinished', value: `after ${timeout} ms without an event` });
  return log.seen;
}

/**
 * Resolves when the page has had no event for that long and nothing has passed on the connection in
 * the second half of it: megabytes may take a busy machine longer, and the page gets a message only
 * when it is complete.
 */
async function stillness(url: string, timeout: number, log: Log) {
  let before: string | undefined;
  for (;;) {
    await log.silence(timeout / 2);
    const now = `${log.seen.length} events, ${await movedOn(url)}`;
    if (now === before) return;
    before = now;
  }
}

/** What the harness has seen on the case's connection; nothing if it cannot be asked. */
async function movedOn(url: string) {
  try {
    return await (await fetch(`/moved${new URL(url).search}`)).text();
  } catch {
    return undefined;
  }
}

/** @param page `urls/relative`: the function `relative` of api/urls.ts */
async function call(page: string, url: string, log: Log) {
  const [file, name = ''] = page.split('/');
  try {
    const functions = await import(`./api/${file}.js`);
    log.note({ type: 'value', name: 'result', value: await functions[name](url) });
  } catch (error) {
    log.note({ type: 'value', name: 'throws', value: String(error) });
  }
}

async function connect(
  url: string,
  protocols: readonly string[],
  script: readonly PageAction[] | undefined,
  log: Log,
) {
  const socket = new WebSocket(url, [...protocols]);
  socket.binaryType = 'arraybuffer';
  socket.onopen = () =>
    log.note({ type: 'open', protocol: socket.protocol, extensions: socket.extensions });
  socket.onmessage = ({ data }) => {
    log.note({ type: 'message', ...describe(data) });
    if (!script && socket.readyState === WebSocket.OPEN) socket.send(data);
  };
  socket.onerror = () => log.note({ type: 'error' });
  const closed = new Promise((resolve) => {
    socket.onclose = ({ code, reason, wasClean }) => {
      log.note({ type: 'close', code, reason, wasClean });
      resolve(undefined);
    };
  });
  void perform(script ?? [], socket, log);
  await closed;
}

async function perform(script: readonly PageAction[], socket: WebSocket, log: Log) {
  for (const action of script) {
    try {
      if (action.do === 'await') await log.next(action.event);
      else if (action.do === 'await-request') await fetch(`/asked${new URL(socket.url).search}`);
      else if (action.do === 'block') block();
      else if (action.do === 'send') socket.send(dataOf(action));
      else if (action.do === 'close') close(socket, action);
    } catch (error) {
      log.note({ type: 'value', name: `${action.do} throws`, value: String(error) });
    }
  }
}

/**
 * The page's task continues while a server answers, for longer than a closing handshake takes;
 * events for the page wait until the task ends.
 */
function block() {
  for (let count = 0; count < 5; count += 1) {
    const request = new XMLHttpRequest();
    request.open('HEAD', location.href, false);
    request.send();
  }
}

function dataOf({ type, payload }: PageAction & { do: 'send' }) {
  const bytes = bytesOf(payload);
  if (type === 'text') return new TextDecoder().decode(bytes);
  return type === 'blob' ? new Blob([bytes]) : bytes;
}

function bytesOf({ pattern, length }: PagePayload) {
  const bytes = new Uint8Array(length);
  bytes.set(Uint8Array.from(atob(pattern), (character) => character.charCodeAt(0)));
  for (let made = atob(pattern).length; made > 0 && made < length; made *= 2) {
    bytes.copyWithin(made, 0, made);
  }
  return bytes;
}

/** To some engines, an absent argument and an undefined one differ. */
function close(socket: WebSocket, { code, reason }: PageAction & { do: 'close' }) {
  if (code === undefined) socket.close();
  else if (reason === undefined) socket.close(code);
  else socket.close(code, reason);
}

function describe(data: string | ArrayBuffer) {
  const binary = typeof data !== 'string';
  const bytes = binary ? new Uint8Array(data) : new TextEncoder().encode(data);
  const { length } = bytes;
  if (length > longestReported) return { binary, length };
  return { binary, length, data: btoa(String.fromCharCode(...bytes)) };
}
