/**
 * The page's side of an inspector session: one request with an endless response, one JSON object per
 * line, and requests to inject frames into a stream. The session ends with its request.
 */
import type { InjectionRequest, SessionEvent } from '../../inspector/session-events.ts';

export class Session {
  #name = '';
  #abort = new AbortController();

  /**
   * Opens a tap to the target and reports its traffic until `end` is called.
   * @param target a ws:// URL
   * @returns when the session is over
   * @throws {Error} a sentence for the user
   */
  async run(target: string, tell: (event: SessionEvent) => void): Promise<void> {
    const response = await request('/inspector/sessions', { target }, this.#abort.signal);
    let rest = '';
    const decoder = new TextDecoder();
    try {
      // A loop over a reader, as WebKit cannot iterate over streams.
      const reader = (response.body as ReadableStream<Uint8Array>).getReader();
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) this.#tell(JSON.parse(line), tell);
      }
    } catch (error) {
      if (!this.#abort.signal.aborted) throw error;
    }
  }

  end() {
    this.#abort.abort();
  }

  /** @throws {Error} a sentence for the user */
  async inject(order: InjectionRequest) {
    await request(`/inspector/sessions/${this.#name}/frames`, order);
  }

  /** The URL of a connection's recorded timeline: as JSON to open again, or as text to read. */
  timelineOf(connection: number, form: 'json' | 'txt') {
    return `/inspector/sessions/${this.#name}/timelines/${connection}.${form}`;
  }

  #tell(event: SessionEvent, tell: (event: SessionEvent) => void) {
    if (event.kind === 'listening') this.#name = event.session;
    tell(event);
  }
}

/**
 * The events of a saved timeline.
 * @throws {Error} a sentence for the user
 */
export async function openTimeline(file: File): Promise<SessionEvent[]> {
  let saved: unknown;
  try {
    saved = JSON.parse(await file.text());
  } catch {
    throw new Error('This is not a JSON file.');
  }
  const lines = await (await request('/inspector/timelines', saved)).text();
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

async function request(path: string, body: unknown, signal?: AbortSignal) {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  });
  if (!response.ok) throw new Error((await response.text()).trim());
  return response;
}
