/** Each matcher fails with a message that shows what was expected, what came, and the bytes. */
import type { WireConnection } from '../../api/playwright.ts';
import { expect, test } from './fixtures.ts';

/** The message of an assertion that has to fail. */
async function failureOf(assertion: Promise<unknown>): Promise<string> {
  const error = await assertion.then(
    () => undefined,
    (reason: Error) => reason,
  );
  if (!error) throw new Error('the assertion passed');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
  return error.message.replaceAll(/\u001b\[\d+m/g, '');
}

const soon = { timeout: 200 };

test.describe('with an echo', () => {
  let connection: WireConnection;

  test.beforeEach(async ({ page, wire, site }) => {
    await page.goto(site.origin);
    await page.evaluate((url) => {
      const socket = new WebSocket(url, 'chat');
      socket.onopen = () => socket.send('{"type":"join","room":{"id":7,"name":"x"}}');
    }, site.socket);
    connection = await wire.waitForConnection();
    await expect(connection).toHaveReceived(/join/);
  });

  test('toHaveOpened', async () => {
    await expect(connection).toHaveOpened();
    await expect(connection).toHaveOpened({ protocol: 'chat', headers: { upgrade: 'websocket' } });
    await expect(connection).not.toHaveOpened({ protocol: 'superchat' });
    const failure = await failureOf(expect(connection).toHaveOpened({ protocol: 'superchat' }));
    expect(failure).toContain('Expected: 101, protocol: superchat');
    expect(failure).toContain('Received: 101 Switching Protocols, protocol: chat');
    expect(failure).toContain('Sec-WebSocket-Protocol: chat\\r\\n');
  });

  test('toHaveSent', async () => {
    await expect(connection).toHaveSent({ type: 'join', room: { id: 7 } });
    await expect(connection).toHaveSent(/"room"/);
    const failure = await failureOf(expect(connection).toHaveSent({ type: 'leave' }, soon));
    expect(failure).toContain('Expected: JSON with {"type":"leave"}');
    expect(failure).toContain('Received: "{\\"type\\":\\"join\\"');
    expect(failure).toContain('client →');
    const negated = await failureOf(expect(connection).not.toHaveSent({ type: 'join' }));
    expect(negated).toContain('Expected: not JSON with {"type":"join"}');
    await expect(connection).not.toHaveSent('leave', soon);
  });

  test('toHaveReceived', async () => {
    await expect(connection).toHaveReceived({ room: { name: 'x' } });
    const failure = await failureOf(expect(connection).toHaveReceived(Buffer.of(1, 2), soon));
    expect(failure).toContain('Expected: 2 bytes "\\x01\\x02"');
    expect(failure).toMatch(/Waited: \d+ ms/);
    await expect(connection).not.toHaveReceived('', soon);
    expect(await failureOf(expect(connection).not.toHaveReceived(/join/))).toContain('not /join/');
  });

  test('toHaveClosedWith', async ({ page }) => {
    const failure = await failureOf(expect(connection).toHaveClosedWith(1000, undefined, soon));
    expect(failure).toContain('Expected: Close 1000');
    expect(failure).toContain('Received: still open');
    await expect(connection).not.toHaveClosedWith(1000, undefined, soon);
    await page.close();
    await expect(connection).toHaveClosedWith(1001);
    const other = await failureOf(expect(connection).toHaveClosedWith(1001, 'bye'));
    expect(other).toContain('Expected: Close 1001 "bye"');
    expect(other).toContain('Received: Close 1001 "" from the page');
    expect(other).toContain('The connection has ended.');
    expect(await failureOf(expect(connection).not.toHaveClosedWith(1001))).toContain(
      'not Close 1001',
    );
  });
});

test('toConform', async ({ page, wire, site }) => {
  await wire.route('wss://bad.example/', (socket) => {
    socket.frame(0x1, 'masked', { mask: Buffer.of(1, 2, 3, 4) });
  });
  await page.goto(site.origin);
  await page.evaluate(
    (urls) => {
      for (const url of urls) new WebSocket(url);
    },
    ['wss://bad.example/', site.socket],
  );
  const bad = await wire.waitForConnection('wss://bad.example/');
  await expect(bad).toHaveReceived('masked');
  const failure = await failureOf(expect(bad).toConform());
  expect(failure).toContain('MUST RFC 6455 §5.1 wrong-masking');
  expect(failure).toContain('a masked frame from the server');
  expect(failure).toContain('^^ wrong-masking');
  await expect(bad).not.toConform();
  const good = await wire.waitForConnection(`${site.socket}/`);
  await expect(good).toHaveOpened();
  await expect(good).toConform('should');
  expect(await failureOf(expect(good).not.toConform('must', soon))).toContain('no broken rule');
});

test('a value that is no connection is refused', async ({ wire }) => {
  expect(wire.connections()).toEqual([]);
  expect(await failureOf(expect({} as WireConnection).toHaveSent('x'))).toContain(
    'this matcher takes a connection',
  );
});

test('waiting for a connection reports those that were opened', async ({ page, wire, site }) => {
  await page.goto(site.origin);
  await page.evaluate((url) => void new WebSocket(url), `${site.socket}/first`);
  await wire.waitForConnection(/first/);
  const failure = await failureOf(wire.waitForConnection('**/second', soon));
  expect(failure).toContain('no WebSocket connection to **/second after 200 ms');
  expect(failure).toContain(`${site.socket}/first`);
});
