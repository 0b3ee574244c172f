import { hex } from '../../conformance/wire/printable.ts';
import { eventually, expect, test } from '../fixtures.ts';
import { wireLog } from '../wire-assertions.ts';

test('the page sends abc, shows def, and writes it to the console', async ({
  tab,
  view,
  baseURL,
}) => {
  await tab.open(`${baseURL}/`);
  const first = ['opening', 'open', 'sent abc', 'received def'];
  await eventually(() => view.conversation()).toEqual(first);
  // Messages during the load are missed in some engines (Session.consoleSince): send again.
  const before = (await tab.consoleMessages()).length;
  await view.press('send');
  await eventually(async () => (await tab.consoleMessages()).slice(before)).toEqual([
    { kind: 'log', text: 'def' },
  ]);
  expect(await view.conversation()).toEqual([...first, 'sent abc', 'received def']);
});

test('abc goes in one masked text frame, def comes back in five bytes', async ({
  tab,
  view,
  openTap,
  pageUrl,
}) => {
  const tap = await openTap();
  await tab.open(pageUrl(tap));
  await eventually(() => view.conversation()).toContain('received def');
  await view.press('close');
  const connection = await tap.connection();
  await connection.closed();

  const conversation = connection.conversation();
  expect(wireLog(conversation)).toEqual([
    'client GET / HTTP/1.1',
    'server HTTP/1.1 101 Switching Protocols',
    'client text frame, FIN, masked, 3 bytes: "abc"',
    'server text frame, FIN, not masked, 3 bytes: "def"',
    'client close 1000, ""',
    'server close 1000, ""',
    'ended: client fin, server fin',
  ]);
  expect(hex(connection.bytes('server').subarray(conversation.server.head!.length))).toBe(
    '81 03 64 65 66 88 02 03 e8',
  );
});
