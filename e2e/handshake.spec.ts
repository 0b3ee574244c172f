import { headerValues } from '../conformance/wire/http-head.ts';
import { eventually, expect, test } from './fixtures.ts';
import { brokenRules, repeatedKeys } from './wire-assertions.ts';

test('request and response are what RFC 6455 asks for', async ({
  tab,
  view,
  openTap,
  pageUrl,
  routeOf,
}) => {
  const tap = await openTap();
  await tab.open(pageUrl(tap));
  await eventually(() => view.state()).toBe('Open');
  const connection = await tap.connection();
  expect(brokenRules(connection.conversation(), routeOf(tap))).toEqual([]);
});

test('the page and the socket are of two origins, and the request says so', async ({
  tab,
  view,
  openTap,
  pageUrl,
}) => {
  const tap = await openTap();
  await tab.open(pageUrl(tap));
  await eventually(() => view.state()).toBe('Open');
  const head = (await tap.connection()).conversation().client.head!;
  const page = await tab.evaluate(() => location.origin);
  expect({
    origin: headerValues(head, 'Origin'),
    host: headerValues(head, 'Host'),
  }).toEqual({ origin: [page], host: [`${tap.host}:${tap.port}`] });
  expect(new URL(page).host).not.toBe(`${tap.host}:${tap.port}`);
});

test('every connection has a key of its own', async ({ tab, view, openTap, pageUrl }) => {
  const tap = await openTap();
  for (const index of [0, 1, 2]) {
    await tab.open(pageUrl(tap));
    await eventually(() => view.state()).toBe('Open');
    await tap.connection(index);
  }
  const conversations = tap.connections.map((connection) => connection.conversation());
  expect(conversations.length).toBe(3);
  expect(repeatedKeys(conversations)).toBeUndefined();
});
