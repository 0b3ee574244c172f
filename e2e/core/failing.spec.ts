import { writeFrame } from '../../conformance/wire/wire.ts';
import { eventually, expect, test } from '../fixtures.ts';
import { wireLog } from '../wire-assertions.ts';

test('a refused handshake is explained as refused', async ({ tab, view, openTap, pageUrl }) => {
  const tap = await openTap();
  await tab.open(pageUrl(tap, '/no-such-endpoint'));
  await eventually(() => view.text('explanation')).toContain('turned the WebSocket handshake down');
  const connection = await tap.connection();
  await connection.closed();

  expect(await view.state()).toBe('Failed');
  expect(await view.conversation()).toEqual(['opening', 'failed']);
  expect(wireLog(connection.conversation()).slice(0, 2)).toEqual([
    'client GET /no-such-endpoint HTTP/1.1',
    'server HTTP/1.1 404 Not Found',
  ]);
});

test('a silent server is explained as silent, and waiting for it can be stopped', async ({
  tab,
  view,
  serveFaulty,
  openTap,
  pageUrl,
}) => {
  const tap = await openTap({ port: await serveFaulty('silent') });
  await tab.open(pageUrl(tap, '/', { timeout: '100' }));
  await eventually(() => view.text('explanation')).toContain('the server is silent');
  expect(await view.state()).toBe('Connecting');
  await view.press('connect');
  await eventually(() => view.state()).toBe('Failed');

  // When the TCP connection ends depends on the engine: one keeps it until its own timeout.
  const { client, server } = (await tap.connection()).conversation();
  expect(client.head?.startLine.text).toBe('GET / HTTP/1.1');
  expect(client.frames).toEqual([]);
  expect(server.head).toBeUndefined();
});

test('a server that does not run is explained as such', async ({
  tab,
  view,
  serveFaulty,
  openTap,
  pageUrl,
}) => {
  const tap = await openTap({ port: await serveFaulty('silent') });
  await tap.close();
  await tab.open(pageUrl(tap));
  await eventually(() => view.text('explanation')).toContain('nothing is listening');
  expect(await view.state()).toBe('Failed');
  expect(tap.connections).toEqual([]);
});

test('an invalid frame fails the connection, and the page explains it differently from a clean end', async ({
  tab,
  view,
  serveFaulty,
  openTap,
  pageUrl,
}) => {
  const frame = writeFrame({ opcode: 3, payload: Buffer.from('def') });
  const port = await serveFaulty({ name: 'reserved opcode', breaks: [], reply: [frame] });
  const tap = await openTap({ port, keepsRules: false });
  await tab.open(pageUrl(tap));
  await eventually(() => view.state()).toBe('Closed');
  expect(await view.ending()).toMatch(/^1006 /);
  expect(await view.text('explanation')).toContain('was lost');
  expect(await view.conversation()).toEqual(['opening', 'open', 'sent abc', 'failed']);
});
