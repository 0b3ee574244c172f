import { writeFrame } from '../../conformance/wire/wire.ts';
import { eventually, expect, test } from '../fixtures.ts';
import { wireLog } from '../wire-assertions.ts';

test('a refused handshake is shown as refused', async ({ tab, view, openTap, pageUrl }) => {
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

test('a mute server is shown as mute, and can be given up', async ({
  tab,
  view,
  serveFaulty,
  openTap,
  pageUrl,
}) => {
  const tap = await openTap({ port: await serveFaulty('mute') });
  await tab.open(pageUrl(tap, '/', { patience: '100' }));
  await eventually(() => view.text('explanation')).toContain('the server is mute');
  expect(await view.state()).toBe('Connecting');
  await view.press('connect');
  await eventually(() => view.state()).toBe('Failed');

  // When the TCP connection goes is the engine's affair: one keeps it until its own time-out.
  const { client, server } = (await tap.connection()).conversation();
  expect(client.head?.startLine.text).toBe('GET / HTTP/1.1');
  expect(client.frames).toEqual([]);
  expect(server.head).toBeUndefined();
});

test('a dead server is shown as dead', async ({ tab, view, serveFaulty, openTap, pageUrl }) => {
  const tap = await openTap({ port: await serveFaulty('mute') });
  await tap.close();
  await tab.open(pageUrl(tap));
  await eventually(() => view.text('explanation')).toContain('nothing listens');
  expect(await view.state()).toBe('Failed');
  expect(tap.connections).toEqual([]);
});

test('a broken answer fails the connection, and the page tells it from a clean end', async ({
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
  expect(await view.text('explanation')).toContain('broke off');
  expect(await view.conversation()).toEqual(['opening', 'open', 'sent abc', 'failed']);
});
