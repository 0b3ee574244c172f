/** Tests that fail, or end in an unusual state, for keeping.spec.ts, which runs them. */
import { expect, test } from '../fixtures.ts';

const open = (url: string) => {
  const socket = new WebSocket(url);
  return new Promise((resolve) => {
    socket.onopen = resolve;
  });
};

const openUntilClosed = (url: string) =>
  new Promise((resolve) => {
    new WebSocket(url).onclose = resolve;
  });

test('fails', async ({ page, wire, site }) => {
  await page.goto(site.origin);
  await page.evaluate(open, `${site.socket}/?token=s3cret-s3cret`);
  await expect(await wire.waitForConnection()).toHaveClosedWith(1000, undefined, { timeout: 100 });
});

test('passes', async ({ page, wire, site }) => {
  await page.goto(site.origin);
  await page.evaluate(open, site.socket);
  expect(wire.connections()).toHaveLength(1);
});

test('ends in the middle of a frame', async ({ page, wire, site }) => {
  await wire.route('ws://chat.example/', (socket) => socket.bytes(Buffer.of(0x81, 0x7e, 0xff)));
  await page.goto(site.origin);
  await page.evaluate(open, 'ws://chat.example/');
});

test('has a server that throws', async ({ page, wire, site }) => {
  await wire.route('ws://chat.example/', () => {
    throw new Error('the server of the test is broken');
  });
  await page.goto(site.origin);
  await page.evaluate(openUntilClosed, 'ws://chat.example/');
});

test.describe('judged', () => {
  test.use({ wireOptions: { conformance: 'must', attach: 'on' } });

  test('has a server that breaks a rule', async ({ page, wire, site }) => {
    await wire.route('ws://chat.example/', (socket) => socket.frame(3, 'reserved'));
    await page.goto(site.origin);
    await page.evaluate(openUntilClosed, 'ws://chat.example/');
  });
});
