import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import type { Tab } from '../../browsers/session.ts';
import { loadTimeline } from '../../conformance/results/stored-timeline.ts';
import { bytesFrom } from '../../conformance/wire/timeline.ts';
import { eventually, expect, test } from '../fixtures.ts';

/** The inspector as a user sees it, by the names of its parts. */
class InspectorPage {
  readonly tab: Tab;

  constructor(tab: Tab) {
    this.tab = tab;
  }

  click(part: string): Promise<void> {
    return this.tab.evaluate((name) => {
      document.querySelector<HTMLElement>(`[data-testid=${name}]`)?.click();
    }, part);
  }

  fill(part: string, value: string): Promise<void> {
    return this.tab.evaluate(
      (name, text) => {
        const input = document.querySelector<HTMLInputElement>(`[data-testid=${name}]`);
        if (!input) throw new Error(`no ${name}`);
        input.value = text;
        input.dispatchEvent(new Event('change', { bubbles: true }));
      },
      part,
      value,
    );
  }

  text(part: string): Promise<string> {
    return this.tab.evaluate(
      (name) => document.querySelector(`[data-testid=${name}]`)?.textContent?.trim() ?? '',
      part,
    );
  }

  /** `client text “abc”`, and the marks of the frame after it. */
  frames(): Promise<string[]> {
    return this.tab.evaluate(() =>
      Array.from(document.querySelectorAll<HTMLElement>('[data-testid=frame]'), (frame) => {
        const preview = frame.querySelector('.preview')?.textContent;
        const marks = Array.from(frame.querySelectorAll('[data-mark]'), (mark) => mark.textContent);
        return [frame.dataset.from, frame.dataset.opcode, preview, ...marks].join(' ');
      }),
    );
  }

  /** The browser's reports to the page about its own connection. */
  reports(): Promise<string[]> {
    return this.tab.evaluate(() =>
      Array.from(document.querySelectorAll('[data-testid=page]'), (row) => row.textContent ?? ''),
    );
  }

  /** The fields that can be focused: `opcode: 0001`. */
  bits(): Promise<string[]> {
    return this.tab.evaluate(() =>
      Array.from(
        document.querySelectorAll('[data-testid=bits] button .unseen'),
        (field) => field.textContent ?? '',
      ),
    );
  }

  async inject(injection: string, as: 'client' | 'server'): Promise<void> {
    await this.tab.evaluate((side) => {
      document.querySelector<HTMLElement>(`input[name=as][value=${side}]`)?.click();
    }, as);
    await this.fill('injection', injection);
    await this.click('inject');
  }
}

/** Opens the inspector and, if a path is given, connects it to our server. */
async function openInspector(
  tab: Tab,
  baseURL: string,
  webSocketPort: number,
  path?: string,
): Promise<InspectorPage> {
  await tab.open(`${baseURL}/inspector`);
  const page = new InspectorPage(tab);
  await eventually(() => page.text('status')).toBe('Not connected.');
  if (path === undefined) return page;
  await page.fill('target', `ws://localhost:${webSocketPort}${path}`);
  await page.click('connect');
  await eventually(() => page.text('states')).toBe('Client: open. Server: open.');
  await eventually(() => page.reports()).toEqual(['This page: open event']);
  return page;
}

test('shows every frame as it passes, with every bit', async ({ tab, baseURL, webSocketPort }) => {
  const page = await openInspector(tab, baseURL!, webSocketPort, '/');
  await page.click('send-text');
  await eventually(() => page.frames()).toEqual(['client text “abc”', 'server text “def”']);
  expect(await page.bits()).toEqual([
    'FIN: 1',
    'RSV1: 0',
    'RSV2: 0',
    'RSV3: 0',
    'opcode: 0001',
    'MASK: 0',
    'payload length: 3',
    'payload: “def”',
  ]);
  await tab.evaluate(() => {
    document.querySelector<HTMLElement>('[data-testid=frame][data-from=client]')?.click();
  });
  expect(await page.bits()).toContainEqual(expect.stringMatching(/^masking key: (\w\w ?){4}$/));
  await tab.evaluate(() => {
    document.querySelector<HTMLElement>('[data-testid=bits] [data-field=MASK]')?.focus();
  });
  expect(await page.text('field')).toMatch(/^MASK.*The payload is masked.*RFC 6455 §5\.1$/);
});

test('computes the accept step by step', async ({ tab, baseURL, webSocketPort }) => {
  const page = await openInspector(tab, baseURL!, webSocketPort, '/');
  await eventually(() => page.text('accept-verdict')).toBe('✓ matches what the server sent');
  const steps = await tab.evaluate(() =>
    Array.from(
      document.querySelectorAll('[data-testid=accept-steps] code'),
      (step) => step.textContent ?? '',
    ),
  );
  const [key = ''] = steps;
  const hashed = `${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  const digest = createHash('sha1').update(hashed).digest();
  const hex = digest.toString('hex').replace(/..(?=.)/g, '$& ');
  expect(steps).toEqual([key, hashed, hex, digest.toString('base64')]);
  expect(Buffer.from(key, 'base64')).toHaveLength(16);
  expect(await page.text('request')).toContain(`Sec-WebSocket-Key: ${key}`);
});

test('pings both ends, which a page cannot do', async ({ tab, baseURL, webSocketPort }) => {
  const page = await openInspector(tab, baseURL!, webSocketPort, '/echo');
  await page.inject('ping', 'client');
  const first = ['client ping “Hello” injected', 'server pong “Hello”'];
  await eventually(() => page.frames()).toEqual(first);
  await page.inject('ping', 'server');
  const second = ['server ping “Hello” injected', 'client pong “Hello”'];
  await eventually(() => page.frames()).toEqual([...first, ...second]);
  expect(await page.text('states')).toBe('Client: open. Server: open.');
});

test('a frame without its mask makes our server close with 1002', async ({
  tab,
  baseURL,
  webSocketPort,
}) => {
  const page = await openInspector(tab, baseURL!, webSocketPort, '/');
  await page.inject('wrong-mask', 'client');
  // Our server ends the stream at once (§7.1.7): only some engines answer the Close before that.
  await eventually(() => page.reports()).toContainEqual(
    expect.stringMatching(/^This page: close event, code 1002, /),
  );
  const [unmasked, refused] = await page.frames();
  expect(unmasked).toBe('client text “Hello” injected breaks a rule');
  expect(refused).toMatch(/^server close 1002 /);
  await eventually(() => page.text('states')).toBe('Client: closed. Server: closed.');
});

test('a reserved opcode from the server makes the browser fail', async ({
  tab,
  baseURL,
  webSocketPort,
}) => {
  const page = await openInspector(tab, baseURL!, webSocketPort, '/');
  await page.inject('reserved-opcode', 'server');
  await eventually(() => page.reports()).toContainEqual(
    'This page: close event, code 1006, not clean',
  );
  expect(await page.frames()).toContain('server reserved 3 “Hello” injected breaks a rule');
  await eventually(() => page.text('states')).toBe('Client: closed. Server: closed.');
});

test('pauses, resumes, clears, and saves the whole timeline', async ({
  tab,
  baseURL,
  webSocketPort,
}) => {
  const page = await openInspector(tab, baseURL!, webSocketPort, '/');
  await page.click('pause');
  await page.click('send-text');
  // The two frames and the message event of the page.
  await eventually(() => page.text('pause')).toBe('Resume (3 waiting)');
  expect(await page.frames()).toEqual([]);
  await page.click('pause');
  expect(await page.frames()).toEqual(['client text “abc”', 'server text “def”']);
  await page.click('clear');
  expect(await page.frames()).toEqual([]);

  const saved = await tab.evaluate(async () => {
    const link = document.querySelector<HTMLAnchorElement>('[data-testid=save]');
    return (await fetch(link?.href ?? '')).text();
  });
  const timeline = loadTimeline(JSON.parse(saved));
  expect(bytesFrom(timeline, 'server').subarray(-5)).toEqual(Buffer.from('8103646566', 'hex'));
});

test('opens a saved timeline again', async ({ tab, baseURL, webSocketPort }) => {
  const page = await openInspector(tab, baseURL!, webSocketPort, '/');
  await page.click('send-text');
  const frames = ['client text “abc”', 'server text “def”'];
  await eventually(() => page.frames()).toEqual(frames);
  const text = await tab.evaluate(async () => {
    const link = (name: string) =>
      document.querySelector<HTMLAnchorElement>(`[data-testid=${name}]`)?.href ?? '';
    const saved = await (await fetch(link('save'))).blob();
    const asText = await (await fetch(link('as-text'))).text();
    const choice = new DataTransfer();
    choice.items.add(new File([saved], 'saved.json'));
    const input = document.querySelector<HTMLInputElement>('[data-testid=file]');
    document.querySelector<HTMLElement>('[data-testid=disconnect]')?.click();
    document.querySelector<HTMLElement>('[data-testid=clear]')?.click();
    if (input) input.files = choice.files;
    input?.dispatchEvent(new Event('change'));
    return asText;
  });
  expect(text).toMatch(/← server .* text frame, FIN, not masked, 3 bytes/);
  await eventually(() => page.text('status')).toBe('saved.json: recorded, not live.');
  expect(await page.frames()).toEqual(frames);
  expect(await page.text('states')).toBe('Client: open. Server: open.');
});

test('a new connection starts with an empty page', async ({ tab, baseURL, webSocketPort }) => {
  const page = await openInspector(tab, baseURL!, webSocketPort, '/');
  await page.click('send-text');
  await eventually(() => page.frames()).toEqual(['client text “abc”', 'server text “def”']);
  await page.click('connect');
  await eventually(() => page.text('states')).toBe('Client: open. Server: open.');
  await page.inject('ping', 'client');
  await eventually(() => page.frames()).toEqual([
    'client ping “Hello” injected',
    'server pong “Hello”',
  ]);
  await eventually(() => page.reports()).toEqual(['This page: open event']);
});

test('shows another client that uses the tap', async ({ tab, baseURL, webSocketPort }) => {
  const page = await openInspector(tab, baseURL!, webSocketPort, '/');
  const { port, hostname, pathname, host } = new URL(await page.text('tap-url'));
  const socket = connect(Number(port), hostname);
  socket.write(`GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  socket.resume();
  await eventually(() =>
    tab.evaluate(() => document.querySelector('[data-testid=connection]')?.textContent),
  ).toBe('12');
  await page.fill('connection', '2');
  await eventually(() => page.text('response')).toContain('426');
  await eventually(() => page.text('states')).toBe('Client: closed. Server: closed.');
  socket.destroy();
});

test('explains what is wrong with an address', async ({ tab, baseURL, webSocketPort }) => {
  const page = await openInspector(tab, baseURL!, webSocketPort);
  await page.fill('target', 'http://localhost:3200/');
  await page.click('connect');
  expect(await page.text('status')).toMatch(
    /begins with http:\/\/.*Perhaps ws:\/\/localhost:3200\//,
  );
  // Port 9, discard: no current machine listens there.
  await page.fill('target', 'ws://127.0.0.1:9/');
  await page.click('connect');
  await eventually(() => page.text('status')).toBe(
    '127.0.0.1:9 cannot be reached: nothing is listening there.',
  );
});

test('a hostile payload stays text', async ({ tab, baseURL, webSocketPort }) => {
  const page = await openInspector(tab, baseURL!, webSocketPort, '/echo');
  const hostile =
    '<img src=x onerror="document.title=`owned`"><script>document.title="owned"</script>';
  await page.fill('text', hostile);
  await page.click('send-text');
  await eventually(() => page.frames()).toEqual([
    `client text “${hostile}”`,
    `server text “${hostile}”`,
  ]);
  expect(await tab.evaluate(() => document.title)).toBe('Inspector · Framewright');
});
