/** What the record of a connection shows. */
import { opcodes } from '../../api/playwright.ts';
import { expect, test } from './fixtures.ts';

test.use({ ignoreHTTPSErrors: true });

test('a connection of the page is recorded as it was sent', async ({ page, wire, site }) => {
  await page.goto(site.origin);
  await page.evaluate((url) => {
    const socket = new WebSocket(url, ['chat', 'other']);
    socket.onopen = () => {
      socket.send('hello');
      socket.send('');
      socket.send(new Uint8Array([1, 2, 3]));
    };
  }, `${site.socket}/?room=1`);
  const connection = await wire.waitForConnection('**/?room=1');
  await expect(connection).toHaveOpened({ protocol: 'chat', extensions: /permessage-deflate/ });
  await expect(connection).toHaveReceived(Buffer.of(1, 2, 3));
  expect(connection.url()).toBe(`${site.socket}/?room=1`);
  expect(connection.request()).toMatchObject({
    method: 'GET',
    target: '/?room=1',
    httpVersion: 'HTTP/1.1',
  });
  expect(connection.request()!.headers.map(([name]) => name)).toContain('Sec-WebSocket-Key');
  expect(connection.response()).toMatchObject({ status: 101 });
  expect(connection.origin()).toBe(site.origin);
  const sent = connection.messages().filter(({ from }) => from === 'page');
  expect(sent.map(({ data }) => data)).toEqual(['hello', '', Buffer.of(1, 2, 3)]);
  const [first] = connection.frames();
  expect(first).toMatchObject({ from: 'page', opcode: opcodes.text, fin: true });
  expect(first!.mask).toHaveLength(4);
  await expect(connection).toConform('should');
  expect(wire.connections()).toHaveLength(1);
});

test('pings and pongs are recorded', async ({ page, wire, site }) => {
  await page.goto(site.origin);
  await page.evaluate((url) => {
    const socket = new WebSocket(url);
    socket.onopen = () => socket.send('ping');
  }, site.socket);
  const connection = await wire.waitForConnection();
  await expect.poll(() => connection.pongs().length).toBe(1);
  expect(Buffer.from(connection.pings()[0]!.payload).toString()).toBe('are you there?');
  expect(connection.pongs()[0]).toMatchObject({ from: 'page' });
});

test('the end shows who closed first, with code and reason', async ({ page, wire, site }) => {
  await page.goto(site.origin);
  await page.evaluate((url) => {
    const socket = new WebSocket(url);
    socket.onopen = () => socket.send('close');
    const other = new WebSocket(`${url}/?of-the-page`);
    other.onopen = () => other.close(3001, 'bye');
  }, site.socket);
  const ofServer = await wire.waitForConnection(`${site.socket}/`);
  const ofPage = await wire.waitForConnection(/of-the-page/);
  await expect(ofServer).toHaveClosedWith(4001, 'as you wish');
  await expect(ofPage).toHaveClosedWith(3001, /^b/);
  expect(ofServer.closing()).toMatchObject({ by: 'server', ending: 'close' });
  expect(ofPage.closing()).toMatchObject({ by: 'page', ending: 'close' });
  await ofPage.waitForClose();
});

test('frames, workers, popups and own contexts are recorded, each over ws and wss', async ({
  page,
  wire,
  site,
  browser,
}) => {
  // A page over https would need a certificate that service workers accept; its sockets do not.
  for (const socket of [site.socket, site.secureSocket]) {
    const url = (name: string) => `${socket}/?${name}`;
    await page.goto(site.origin);
    await page.evaluate(
      async ([frame, worker, shared, service, popup]) => {
        const run = (window: Window, code: string) =>
          (window as unknown as { eval(code: string): void }).eval(code);
        const inFrame = document.createElement('iframe');
        inFrame.src = '/frame';
        document.body.append(inFrame);
        await new Promise((resolve) => inFrame.addEventListener('load', resolve));
        run(inFrame.contentWindow!, `new WebSocket(${JSON.stringify(frame)})`);
        new Worker('/worker.js').postMessage({ url: worker, say: 'worker' });
        new SharedWorker('/worker.js').port.postMessage({ url: shared, say: 'shared' });
        await navigator.serviceWorker.register('/worker.js');
        const { active } = await navigator.serviceWorker.ready;
        active!.postMessage({ url: service, say: 'service' });
        const opened = window.open('/popup')!;
        await new Promise((resolve) => opened.addEventListener('load', resolve));
        run(opened, `new WebSocket(${JSON.stringify(popup)})`);
      },
      ['frame', 'worker', 'shared', 'service', 'popup'].map(url) as [
        string,
        string,
        string,
        string,
        string,
      ],
    );
    const context = await browser.newContext();
    const other = await context.newPage();
    await other.goto(site.origin);
    await other.evaluate((address) => void new WebSocket(address), url('context'));
    for (const name of ['frame', 'worker', 'shared', 'service', 'popup', 'context']) {
      await expect(await wire.waitForConnection(url(name))).toHaveOpened();
    }
    await context.close();
  }
});
