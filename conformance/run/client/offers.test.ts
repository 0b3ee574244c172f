/** The harness accepts only what each client offers; a case that cannot be negotiated is skipped. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogue } from '../../catalogue/catalogue.ts';
import type { Case } from '../../format/case.ts';
import { correctClient, visit } from '../../reference/client.ts';
import type { CaseResult } from '../../results/case-result.ts';
import { type Extension, parseExtensions, readExtensions } from '../../wire/negotiation.ts';
import { CaseHost } from './case-host.ts';

const noServerContext = 'server_no_context_takeover';
const noClientContext = 'client_no_context_takeover';

/** Header values of clients that accept only a valid answer to their offer. */
const clients: Readonly<Record<string, readonly string[]>> = {
  'a bare offer': ['permessage-deflate'],
  'no context of either side': [`permessage-deflate; ${noServerContext}; ${noClientContext}`],
  'no context of the server': [`permessage-deflate; ${noServerContext}; client_max_window_bits`],
  'a small window of the server': ['permessage-deflate; server_max_window_bits=9'],
  'small windows of both': [
    'permessage-deflate; server_max_window_bits=10; client_max_window_bits=10',
  ],
  'everything at once': [
    `permessage-deflate; ${noServerContext}; ${noClientContext}; server_max_window_bits="11"; client_max_window_bits=12`,
  ],
  'a strict offer, then a bare one': [`permessage-deflate; ${noServerContext}, permessage-deflate`],
  'two headers, the first with another extension': [
    'x-other; a=1',
    `permessage-deflate; ${noServerContext}; server_max_window_bits=12`,
  ],
  'an offer that is not valid, then one that is': [
    `permessage-deflate; server_max_window_bits=16, permessage-deflate; ${noServerContext}`,
  ],
};

/** RFC 7692 §7.1.1.1 to §7.1.2.2, as a client has to check the answer to its offer. */
function accepts(offer: Extension, answer: Extension): boolean {
  const asked = new Map(offer.parameters);
  const given = new Map(answer.parameters);
  if (given.size < answer.parameters.length) return false;
  if (asked.has(noServerContext) && !given.has(noServerContext)) return false;
  const within = (side: 'server' | 'client') => {
    const name = `${side}_max_window_bits`;
    const bits = Number(given.get(name) ?? Number.NaN);
    if (given.has(name) && !(bits >= 8 && bits <= 15)) return false;
    if (!asked.has(name)) return side === 'server' || !given.has(name);
    if (side === 'client' && !given.has(name)) return true;
    return bits <= Number(asked.get(name) ?? 15);
  };
  return within('server') && within('client');
}

const isStrict =
  (offers: readonly Extension[]) =>
  (response: Parameters<typeof readExtensions>[0]): boolean => {
    const answers = readExtensions(response);
    const isGood = (answer: Extension) => offers.some((offer) => accepts(offer, answer));
    return answers.length > 1 || !answers.every(isGood);
  };

/** Larger messages are answered alike. */
const isLarge = (id: string) => /-\d{5,}-bytes/.test(id);

const answering = catalogue().filter(
  ({ id, against, level, handshake, tags }) =>
    against.includes('client') &&
    level === 'must' &&
    handshake?.extensions?.answer !== undefined &&
    !tags?.includes('limits') &&
    !isLarge(id),
);

async function play(
  values: readonly string[],
  cases: readonly Case[] = answering,
): Promise<readonly CaseResult[]> {
  const offers = values
    .flatMap(parseExtensions)
    .filter(({ name }) => name === 'permessage-deflate');
  const isValid = ({ parameters }: Extension) => !parameters.some(([, value]) => value === '16');
  const host = await CaseHost.listen({ cases, timeout: 30_000 });
  const ask: typeof correctClient.ask = (target, address, asked) => [
    ...correctClient
      .ask(target, address, asked)
      .filter((line) => !line.startsWith('Sec-WebSocket-Extensions')),
    ...values.map((value) => `Sec-WebSocket-Extensions: ${value}`),
  ];
  const response = { ...correctClient.response, deflate: isStrict(offers.filter(isValid)) };
  const waiting = [...cases];
  const visitInTurn = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const query = new URLSearchParams({ id: next.id, agent: 'strict' });
      await visit(new URL(`${host.url}/runCase?${query}`), { ask, response });
    }
  };
  await Promise.all(Array.from({ length: 8 }, visitInTurn));
  const results = await host.resultsOf('strict');
  await host.close();
  return results;
}

for (const [name, values] of Object.entries(clients)) {
  test(`a client that offers ${name} gets an answer that it may accept`, async () => {
    const results = await play(values);
    assert.equal(results.length, answering.length);
    const wrong = results.filter(({ verdict }) => verdict !== 'pass' && verdict !== 'skip');
    assert.deepEqual(
      wrong.map(({ case: { id }, verdict, observed }) => `${id}: ${verdict}, ${observed}`),
      [],
    );
    const played = results.filter(({ verdict }) => verdict === 'pass').length;
    assert.ok(played > answering.length / 2, `${played} of ${answering.length}`);
    for (const { case: testCase, verdict, observed, conversations } of results) {
      if (verdict === 'skip') assert.match(observed, /^(the target|what the case sends) /);
      else assert.equal(conversations.length, 1, testCase.id);
    }
  });
}

test('a case ruled out by the offer of a client is skipped with the reason', async () => {
  const reasons = async (client: string, id: string) => {
    const [found] = await play(
      clients[client]!,
      answering.filter((testCase) => testCase.id === id),
    );
    return `${found?.verdict}: ${found?.observed}`;
  };
  assert.equal(
    await reasons('no context of either side', 'deflate/takeover-16-bytes'),
    'skip: the target asks for no context to be kept',
  );
  assert.equal(
    await reasons('small windows of both', 'deflate/window-15-16-bytes'),
    'skip: the target offers to limit its own window to 10 bits',
  );
  assert.equal(
    await reasons('a small window of the server', 'deflate-block/dynamic'),
    'skip: what the case sends does not keep to server_max_window_bits=9',
  );
  assert.equal(
    await reasons('a small window of the server', 'client-extensions/server-window-10'),
    'skip: the target asks for a window of at most 9 bits',
  );
});

test('a client whose offers are all invalid is granted none', async () => {
  const results = await play(['permessage-deflate; server_max_window_bits=16']);
  assert.ok(results.every(({ verdict }) => verdict === 'skip'));
  assert.equal(results[0]?.observed, 'no offer of permessage-deflate by the target is valid');
});

test('deliberately invalid answers of a case are sent unchanged', async () => {
  const invalid = catalogue().find(({ id }) => id === 'client-extensions/deflate-twice')!;
  const host = await CaseHost.listen({ cases: [invalid], timeout: 30_000 });
  await visit(new URL(`${host.url}/runCase?case=1&agent=it`), {});
  const [result] = await host.resultsOf('it');
  await host.close();
  const sent = result?.conversations[0]?.timeline.entries
    .flatMap((entry) => (entry.kind === 'bytes' && entry.from === 'server' ? [entry.bytes] : []))
    .join('');
  assert.match(`${sent}`, /permessage-deflate, permessage-deflate\r\n/);
  assert.equal(result?.verdict, 'pass');
});
