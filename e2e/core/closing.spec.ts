import { eventually, expect, test } from '../fixtures.ts';
import { wireLog } from '../wire-assertions.ts';

test('the page closes with code and reason, and both sides see them', async ({
  tab,
  view,
  serve,
  openTap,
  pageUrl,
}) => {
  const seenByServer: string[] = [];
  const port = await serve({
    endpoints: { '/': { close: (_, code, reason) => void seenByServer.push(`${code} ${reason}`) } },
  });
  const tap = await openTap({ port });
  await tab.open(pageUrl(tap));
  await eventually(() => view.state()).toBe('Open');
  await view.fill('close-code', '4000');
  await view.fill('close-reason', 'grüße');
  await view.press('close');
  await eventually(() => view.state()).toBe('Closed');
  const connection = await tap.connection();
  await connection.closed();

  // The page shows what the server's Close frame carried: the code is echoed, the reason is not.
  expect(await view.ending()).toBe('4000 none given');
  expect(seenByServer).toEqual(['4000 grüße']);
  expect(wireLog(connection.conversation())).toEqual([
    'client GET / HTTP/1.1',
    'server HTTP/1.1 101 Switching Protocols',
    'client text frame, FIN, masked, 3 bytes: "abc"',
    'client close 4000, "grüße"',
    'server close 4000, ""',
    'ended: client fin, server fin',
  ]);
});

test('the server closes with code and reason, and both sides see them', async ({
  tab,
  view,
  serve,
  openTap,
  pageUrl,
}) => {
  const seenByServer: string[] = [];
  const port = await serve({
    endpoints: {
      '/': {
        message: (socket) => socket.close(4001, 'that is all'),
        close: (_, code, reason) => void seenByServer.push(`${code} ${reason}`),
      },
    },
  });
  const tap = await openTap({ port });
  await tab.open(pageUrl(tap));
  await eventually(() => view.state()).toBe('Closed');
  const connection = await tap.connection();
  await connection.closed();

  expect(await view.ending()).toBe('4001 that is all');
  expect(seenByServer).toEqual(['4001 that is all']);
  expect(wireLog(connection.conversation())).toEqual([
    'client GET / HTTP/1.1',
    'server HTTP/1.1 101 Switching Protocols',
    'client text frame, FIN, masked, 3 bytes: "abc"',
    'server close 4001, "that is all"',
    'client close 4001, "that is all"',
    'ended: client fin, server fin',
  ]);
});

test('leaving the page closes with 1001', async ({
  tab,
  view,
  openTap,
  pageUrl,
  baseURL,
  facts,
}) => {
  const tap = await openTap();
  await tab.open(pageUrl(tap));
  await eventually(() => view.conversation()).toContain('received def');
  await tab.open(`${baseURL}/mark.svg`);
  const connection = await tap.connection();
  await connection.closed();

  const { client, server } = connection.conversation();
  expect(client.close?.code).toBe(1001);
  expect(facts.reasonsOnLeaving).toContain(Buffer.from(client.close!.reason).toString());
  expect(server.close?.code).toBe(1001);
});
