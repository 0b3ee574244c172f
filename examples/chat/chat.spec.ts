/** A chat page, tested down to the bytes of its WebSocket connections. */
import { test as base, mergeTests } from '@playwright/test';
import { expect, opcodes, scriptOf, test as withWire } from 'framewright/playwright';
import { startChat } from './chat-server.ts';

const withChat = base.extend<object, { chatUrl: string }>({
  chatUrl: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from here
    async ({}, use) => {
      const chat = await startChat();
      await use(chat.url);
      await chat.close();
    },
    { scope: 'worker' },
  ],
});

const test = mergeTests(withWire, withChat);

// Fails each test in which the page or the server breaks a rule of RFC 6455.
test.use({ wireOptions: { conformance: 'must' } });

test('the page joins, and what it says comes back', async ({ page, wire, chatUrl }) => {
  await page.goto(chatUrl);
  const connection = await wire.waitForConnection('**/chat');
  await expect(connection).toHaveOpened({ protocol: 'chat.v1', extensions: /permessage-deflate/ });
  await expect(connection).toHaveSent({ type: 'join', name: 'Ann' });
  await page.getByLabel('Message').fill('hello');
  await page.getByRole('button').click();
  await expect(connection).toHaveSent({ type: 'say', text: 'hello' });
  await expect(connection).toHaveReceived({ name: 'Ann', text: 'hello' });
  await expect(page.locator('li').last()).toHaveText('Ann: hello');
});

test('leaving the page closes with 1001', async ({ page, wire, chatUrl }) => {
  await page.goto(chatUrl);
  const connection = await wire.waitForConnection();
  await expect(page.locator('#state')).toHaveText('online');
  await page.goto('about:blank');
  await expect(connection).toHaveClosedWith(1001);
  expect(connection.closing().by).toBe('page');
});

test('a lost connection is opened again', async ({ page, wire, chatUrl }) => {
  await page.goto(chatUrl);
  await expect(page.locator('#state')).toHaveText('online');
  await wire.cut();
  await expect(page.locator('#state')).toHaveText('offline');
  await wire.resume();
  await expect(page.locator('#state')).toHaveText('online');
  await expect(wire.connections().at(-1)!).toHaveSent({ type: 'join' });
});

test('somebody who was removed does not come back', async ({ page, wire, chatUrl }) => {
  await wire.route('**/chat', async (socket) => {
    await socket.waitForMessage({ type: 'join' });
    socket.close(4003, 'be kind');
  });
  await page.goto(chatUrl);
  await expect(page.locator('#state')).toHaveText('removed: be kind');
  await expect(await wire.waitForConnection()).toHaveClosedWith(4003, 'be kind');
  expect(wire.connections()).toHaveLength(1);
});

test('a message is shown, whatever the server would say', async ({ page, wire, chatUrl }) => {
  await page.goto(chatUrl);
  const connection = await wire.waitForConnection();
  await expect(connection).toHaveReceived({ text: 'joined' });
  const payload = JSON.stringify({ name: 'Zoë', text: '👋' });
  await connection.inject({ from: 'server', opcode: opcodes.text, payload });
  await expect(page.locator('li').last()).toHaveText('Zoë: 👋');
});

test.describe('a server that breaks the protocol', () => {
  test.use({ wireOptions: { conformance: 'off' } });

  test('leaves the page offline', async ({ page, wire, chatUrl }) => {
    await wire.route('**/chat', scriptOf('masked-server/text'));
    await page.goto(chatUrl);
    await expect(page.locator('#state')).toHaveText('offline');
    await expect(await wire.waitForConnection()).not.toConform();
  });

  test('that refuses the handshake does so, too', async ({ page, wire, chatUrl }) => {
    await wire.route('**/chat', (socket) => socket.refuse(503, { reason: 'Service Unavailable' }));
    await page.goto(chatUrl);
    await expect(page.locator('#state')).toHaveText('offline');
    const connection = await wire.waitForConnection();
    await expect(connection).not.toHaveOpened();
    expect(connection.response()).toMatchObject({ status: 503 });
  });
});
