/** A test answers in place of the server, injects frames, cuts connections and adds headers. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { opcodes, scriptOf } from '../../api/playwright.ts';
import { expect, test } from './fixtures.ts';

/** A port that nothing listens on. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Opens a socket in the page; resolves with its events once it is closed, or after `count` of them. */
function eventsOf([url, count]: readonly [string, number]): Promise<string[]> {
  return new Promise((resolve) => {
    const events: string[] = [];
    const add = (event: string) => {
      events.push(event);
      if (events.length === count || event.startsWith('close')) resolve(events);
    };
    const socket = new WebSocket(url);
    socket.onopen = () => add('open');
    socket.onmessage = ({ data }) => add(`message ${data}`);
    socket.onclose = ({ code, reason, wasClean }) => add(`close ${code} ${reason} ${wasClean}`);
  });
}

test('a host that does not exist is answered, over ws and wss', async ({ page, wire, site }) => {
  await page.goto(site.origin);
  for (const url of ['ws://chat.example/room', 'wss://chat.example/room']) {
    await wire.route(url, async (socket) => {
      socket.send('welcome');
      await socket.waitForMessage('bye');
      socket.close(4000, 'done');
    });
    const events = page.evaluate((address) => {
      const socket = new WebSocket(address);
      socket.onmessage = () => socket.send('bye');
      return new Promise((resolve) => {
        socket.onclose = ({ code, reason, wasClean }) => resolve([code, reason, wasClean]);
      });
    }, url);
    expect(await events).toEqual([4000, 'done', true]);
    await expect(await wire.waitForConnection(url)).toHaveClosedWith(4000);
  }
});

test('a worker is answered, which routeWebSocket cannot do', async ({ page, wire, site }) => {
  await wire.route(/chat\.example/, (socket) => socket.send('from the test'));
  await page.goto(site.origin);
  const answer = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const worker = new Worker('/worker.js');
        worker.onmessage = ({ data }) => resolve(data);
        worker.postMessage({ url: 'ws://chat.example/', say: 'hello' });
      }),
  );
  expect(answer).toBe('from the test');
});

test('a handshake is refused with a status', async ({ page, wire, site }) => {
  await wire.route('**/secret', (socket) =>
    socket.refuse(403, { reason: 'Forbidden', body: 'no' }),
  );
  await page.goto(site.origin);
  expect(await page.evaluate(eventsOf, [`${site.socket}/secret`, 9] as const)).toEqual([
    'close 1006  false',
  ]);
  const connection = await wire.waitForConnection('**/secret');
  await expect(connection).not.toHaveOpened();
  expect(connection.response()).toMatchObject({ status: 403, reason: 'Forbidden' });
});

test('a case of the catalogue is a server', async ({ page, wire, site }) => {
  await wire.route('wss://broken.example/', scriptOf('reserved-bits/rsv3-on-text'));
  await page.goto(site.origin);
  const events = await page.evaluate(eventsOf, ['wss://broken.example/', 9] as const);
  expect(events.at(-1)).toBe('close 1006  false');
  await expect(await wire.waitForConnection('wss://broken.example/')).not.toConform();
  await expect(wire.route('ws://x/', scriptOf('utf8/no-such-case'))).rejects.toThrow(
    /no case matches/,
  );
  await expect(wire.route('ws://x/', scriptOf('origin/absent'))).rejects.toThrow(/is for servers/);
});

test('a frame is injected in either direction', async ({ page, wire, site }) => {
  await page.goto(site.origin);
  const events = page.evaluate(eventsOf, [site.socket, 2] as const);
  const connection = await wire.waitForConnection();
  await expect(connection).toHaveOpened();
  await connection.inject({ from: 'server', opcode: opcodes.text, payload: 'injected' });
  expect(await events).toEqual(['open', 'message injected']);
  await connection.inject({ from: 'page', opcode: opcodes.ping, payload: 'from the page' });
  await expect.poll(() => connection.pongs().map(({ from }) => from)).toEqual(['server']);
});

for (const how of ['rst', 'fin'] as const) {
  test(`connections are cut by ${how} until they are resumed`, async ({ page, wire, site }) => {
    await page.goto(site.origin);
    const closed = await page.evaluateHandle(
      (url) =>
        new Promise<{ code: Promise<number> }>((resolve) => {
          const socket = new WebSocket(url);
          const code = new Promise<number>((done) => {
            socket.onclose = (event) => done(event.code);
          });
          socket.onopen = () => resolve({ code });
        }),
      site.socket,
    );
    const connection = await wire.waitForConnection();
    await wire.cut({ how });
    expect(await closed.evaluate(({ code }) => code)).toBe(1006);
    expect(connection.closing()).toMatchObject({ by: 'test', ending: how });
    expect(await page.evaluate(eventsOf, [site.socket, 9] as const)).toEqual(['close 1006  false']);
    await wire.resume();
    expect(await page.evaluate(eventsOf, [site.socket, 1] as const)).toEqual(['open']);
  });
}

test('a stalled connection delivers nothing until it is resumed', async ({ page, wire, site }) => {
  await page.goto(site.origin);
  await page.evaluate((url) => {
    const state = window as unknown as { socket: WebSocket; received: string[] };
    state.received = [];
    state.socket = new WebSocket(url);
    state.socket.onmessage = ({ data }) => state.received.push(data);
    return new Promise((resolve) => {
      state.socket.onopen = resolve;
    });
  }, site.socket);
  const received = () =>
    page.evaluate(() => (window as unknown as { received: string[] }).received);
  await wire.cut({ how: 'stall' });
  await page.evaluate(() => (window as unknown as { socket: WebSocket }).socket.send('held'));
  const connection = await wire.waitForConnection();
  await expect(connection).not.toHaveSent('held', { timeout: 200 });
  expect(await received()).toEqual([]);
  await wire.resume();
  await expect(connection).toHaveReceived('held');
  await expect.poll(received).toEqual(['held']);
});

test.describe('with extra headers', () => {
  test.use({
    wireOptions: { extraHTTPHeaders: { 'X-Token': 'secret', Origin: 'https://other.example' } },
  });

  test('each handshake has them', async ({ page, wire, site }) => {
    await page.goto(site.origin);
    await page.evaluate((url) => void new WebSocket(url), site.socket);
    const connection = await wire.waitForConnection();
    await expect(connection).toHaveOpened({ headers: { 'x-token': 'secret' } });
    expect(connection.origin()).toBe('https://other.example');
    expect(connection.request()!.headers.filter(([name]) => name === 'Origin')).toHaveLength(1);
  });
});

test('a server that cannot be reached is reported', async ({ page, wire, site }) => {
  await page.goto(site.origin);
  const port = await closedPort();
  const events = await page.evaluate(eventsOf, [`ws://127.0.0.1:${port}/`, 9] as const);
  expect(events).toEqual(['close 1006  false']);
  expect(wire.failures()).toEqual([
    `127.0.0.1:${port} cannot be reached: connect ECONNREFUSED 127.0.0.1:${port}`,
  ]);
});
