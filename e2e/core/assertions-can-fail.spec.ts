import type { Tab } from '../../browsers/session.ts';
import { faultyClients, runFaultyClient } from '../faulty-clients.ts';
import { correctServer, faultyServers, strangeServers } from '../faulty-servers.ts';
import { expect, test } from '../fixtures.ts';
import { brokenRules, handshakeKeys, repeated, wireLog, wireRules } from '../wire-assertions.ts';

/**
 * Sends `abc` to each address and waits for the end. A few at a time: an engine takes a while to
 * report a failed handshake, and delays more of them than that.
 */
async function talkToEach(tab: Tab, urls: readonly string[]): Promise<void> {
  await tab.evaluate(async (all) => {
    const left = [...all];
    const exchange = async () => {
      for (let url = left.shift(); url; url = left.shift()) {
        const socket = new WebSocket(url);
        socket.onopen = () => socket.send('abc');
        await new Promise((resolve) => socket.addEventListener('close', resolve));
      }
    };
    await Promise.all([exchange(), exchange(), exchange(), exchange()]);
  }, urls);
}

test('every wire rule is broken by some faulty peer', () => {
  const broken = [...faultyServers, ...faultyClients].flatMap(({ breaks }) => breaks);
  expect([...new Set(broken)].toSorted()).toEqual([...wireRules].toSorted());
});

test('each faulty server is reported for its rule and no other', async ({
  quietTab,
  serveFaulty,
  openTap,
  socketUrl,
  routeOf,
}) => {
  const taps = [];
  for (const faulty of faultyServers) {
    taps.push(await openTap({ port: await serveFaulty(faulty), keepsRules: false }));
  }
  await talkToEach(
    quietTab,
    taps.map((tap) => socketUrl(tap)),
  );
  const found: Record<string, string[]> = {};
  for (const [index, tap] of taps.entries()) {
    const connection = await tap.connection();
    await connection.closed();
    const broken = brokenRules(connection.conversation(), routeOf(tap));
    found[faultyServers[index]!.name] = broken.map(({ rule }) => rule);
  }
  expect(found).toEqual(
    Object.fromEntries(faultyServers.map(({ name, breaks }) => [name, breaks])),
  );
});

test('each faulty client is reported for its rule and no other', async ({
  serveFaulty,
  openTap,
  routeOf,
}) => {
  const tap = await openTap({ port: await serveFaulty(correctServer), keepsRules: false });
  const found: Record<string, string[]> = {};
  for (const faulty of faultyClients) {
    const connection = await runFaultyClient(faulty, tap, routeOf(tap));
    const broken = brokenRules(connection.conversation(), routeOf(tap));
    found[faulty.name] = broken.map(({ rule }) => rule);
  }
  expect(found).toEqual(
    Object.fromEntries(faultyClients.map(({ name, breaks }) => [name, breaks])),
  );
  const conversations = tap.connections.map((each) => each.conversation());
  expect(repeated(conversations.flatMap(handshakeKeys))).toBe('dGhlIHNhbXBsZSBub25jZQ==');
});

test('a correct server with a different answer produces a different log', async ({
  quietTab,
  serveFaulty,
  openTap,
  socketUrl,
}) => {
  const servers = [correctServer, ...strangeServers];
  const taps = [];
  for (const server of servers) taps.push(await openTap({ port: await serveFaulty(server) }));
  await talkToEach(
    quietTab,
    taps.map((tap) => socketUrl(tap)),
  );
  const answers: Record<string, string[]> = {};
  for (const [index, tap] of taps.entries()) {
    const connection = await tap.connection();
    await connection.closed();
    const log = wireLog(connection.conversation());
    answers[servers[index]!.name] = log.filter((line) => line.startsWith('server')).slice(1);
  }
  expect(answers).toEqual({
    correct: ['server text frame, FIN, not masked, 3 bytes: "def"'],
    'answers something else': ['server text frame, FIN, not masked, 3 bytes: "dex"'],
    'answers in binary': ['server binary frame, FIN, not masked, 3 bytes: "def"'],
    'answers in two frames': [
      'server text frame, no FIN, not masked, 2 bytes: "de"',
      'server continuation frame, FIN, not masked, 1 byte: "f"',
    ],
    'answers twice': [
      'server text frame, FIN, not masked, 3 bytes: "def"',
      'server text frame, FIN, not masked, 3 bytes: "def"',
    ],
    'pings before it answers': [
      'server ping frame, FIN, not masked, 0 bytes: ""',
      'server text frame, FIN, not masked, 3 bytes: "def"',
    ],
    'answers nothing': [],
  });
});
