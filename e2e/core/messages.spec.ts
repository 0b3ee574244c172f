import { messageText } from '../../conformance/wire/messages.ts';
import { eventually, expect, test } from '../fixtures.ts';

test('non-ASCII text is echoed unchanged', async ({ tab, view, openTap, pageUrl }) => {
  const text = 'grüße, Ωmega, 漢字, 🙂 and \u0000';
  const tap = await openTap();
  await tab.open(pageUrl(tap, '/echo'));
  await eventually(() => view.state()).toBe('Open');
  await view.fill('message', text);
  await view.press('send');
  await eventually(() => view.conversation()).toContain(`received ${text}`);

  const { client, server } = (await tap.connection()).conversation();
  expect(client.messages.map(messageText)).toEqual(['abc', text]);
  expect(server.messages.map(messageText)).toEqual(['abc', text]);
});

for (const type of ['text', 'binary'] as const) {
  test(`${type} of more than a mebibyte is echoed unchanged`, async ({
    quietTab,
    openTap,
    socketUrl,
  }) => {
    const size = 2 ** 20 + 7;
    const tap = await openTap();
    const isEqual = await quietTab.evaluate(
      async (url, kind, length) => {
        const bytes = new Uint8Array(length);
        for (let index = 0; index < length; index++) bytes[index] = index * 7 + (index >> 8);
        const text = new TextDecoder().decode(bytes.map((octet) => 0x20 + (octet % 90)));
        const sent = kind === 'text' ? text : bytes;
        const socket = new WebSocket(url);
        socket.binaryType = 'arraybuffer';
        const received = await new Promise<string | ArrayBuffer>((resolve, reject) => {
          socket.onopen = () => socket.send(sent);
          socket.onmessage = ({ data }) => resolve(data);
          socket.onclose = ({ code }) => reject(new Error(`closed with ${code}`));
        });
        socket.close(1000);
        if (typeof received === 'string') return received === sent;
        const back = new Uint8Array(received);
        return back.length === length && back.every((octet, index) => octet === bytes[index]);
      },
      socketUrl(tap, '/echo'),
      type,
      size,
    );
    expect(isEqual).toBe(true);

    const connection = await tap.connection();
    await connection.closed();
    const { client, server } = connection.conversation();
    expect(client.messages.map((each) => [each.type, each.data?.length])).toEqual([[type, size]]);
    expect(Buffer.from(server.messages[0]!.data!).equals(client.messages[0]!.data!)).toBe(true);
  });
}

test('several connections of one page do not mix', async ({ quietTab, openTap, socketUrl }) => {
  const tap = await openTap();
  const answers = await quietTab.evaluate(
    (url) =>
      Promise.all(
        Array.from({ length: 6 }, async (_, index) => {
          const socket = new WebSocket(url);
          const answer = await new Promise((resolve, reject) => {
            socket.onopen = () => socket.send(`connection ${index}`);
            socket.onmessage = ({ data }) => resolve(data);
            socket.onclose = ({ code }) => reject(new Error(`closed with ${code}`));
          });
          socket.close();
          return answer;
        }),
      ),
    socketUrl(tap, '/echo'),
  );
  const sent = Array.from({ length: 6 }, (_, index) => `connection ${index}`);
  expect(answers).toEqual(sent);

  for (const connection of tap.connections) await connection.closed();
  const conversations = tap.connections.map((connection) => connection.conversation());
  expect(conversations.map(({ client }) => messageText(client.messages[0]!)).toSorted()).toEqual(
    sent,
  );
  for (const { client, server } of conversations) {
    expect(server.messages.map(messageText)).toEqual(client.messages.map(messageText));
  }
});
