import type { Tab } from '../../browsers/session.ts';
import { headerValues } from '../../conformance/wire/http-head.ts';
import { expect, test } from '../fixtures.ts';
import { brokenRules, handshakeKeys, repeated } from '../wire-assertions.ts';

/** Opens a socket, and closes it once it is open. */
const openAndClose = (tab: Tab, url: string): Promise<void> =>
  tab.evaluate(
    (address) =>
      new Promise<void>((resolve, reject) => {
        const socket = new WebSocket(address);
        socket.onopen = () => socket.close(1000);
        socket.onclose = ({ code }) =>
          code === 1000 ? resolve() : reject(new Error(`closed with ${code}`));
      }),
    url,
  );

test('request and response follow RFC 6455', async ({ quietTab, openTap, socketUrl, routeOf }) => {
  const tap = await openTap();
  await openAndClose(quietTab, socketUrl(tap));
  const connection = await tap.connection();
  expect(brokenRules(connection.conversation(), routeOf(tap))).toEqual([]);
});

test('the Origin of the request is that of the page, even if the socket has another', async ({
  quietTab,
  openTap,
  socketUrl,
}) => {
  const tap = await openTap();
  await openAndClose(quietTab, socketUrl(tap));
  const head = (await tap.connection()).conversation().client.head!;
  const page = await quietTab.evaluate(() => location.origin);
  expect({
    origin: headerValues(head, 'Origin'),
    host: headerValues(head, 'Host'),
  }).toEqual({ origin: [page], host: [`${tap.host}:${tap.port}`] });
  expect(new URL(page).host).not.toBe(`${tap.host}:${tap.port}`);
});

test('every connection has a new key, even after a reload of the page', async ({
  quietTab,
  openTap,
  socketUrl,
}) => {
  const tap = await openTap();
  await openAndClose(quietTab, socketUrl(tap));
  await openAndClose(quietTab, socketUrl(tap));
  await quietTab.reload();
  await openAndClose(quietTab, socketUrl(tap));
  const conversations = tap.connections.map((connection) => connection.conversation());
  expect(conversations.length).toBe(3);
  expect(repeated(conversations.flatMap(handshakeKeys))).toBeUndefined();
});
