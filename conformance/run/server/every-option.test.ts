/**
 * Every option of the command line that changes the connection, with all cases of a run: Framewright's
 * server passes each of them as it does without the option (`catalogue.test.ts`), unless the case is
 * about the very field that the option sets.
 */

import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { test } from 'node:test';
import { catalogue } from '../../catalogue/catalogue.ts';
import { decidedHeaders, replacedHeaders, requestOf } from '../../format/handshake.ts';
import { lengthOf } from '../../format/payload.ts';
import { itemsOf, type Step } from '../../format/step.ts';
import { type CaseResult, mainTimeline } from '../../results/case-result.ts';
import {
  type RunningTarget,
  startFramewrightServer,
  startFramewrightServerOverTls,
} from '../../testing/framewright-server.ts';
import type { ServerTarget } from '../../transport/connect.ts';
import { readConversation } from '../../wire/conversation.ts';
import type { Header } from '../../wire/http-head.ts';
import { runServerCases } from './run.ts';
import { serverTarget } from './server-target.ts';

/**
 * The cases of a default run, except those that send much of the same or repeat one handshake
 * hundreds of times: no option changes the second round of a case.
 */
const cases = catalogue().filter(
  ({ against, tags = [], steps, repeat }) =>
    against.includes('server') &&
    !tags.includes('limits') &&
    !tags.includes('slow') &&
    octetsIn(steps) <= 64 * 1024 &&
    (repeat?.times ?? 1) <= 50,
);

function octetsIn(steps: readonly Step[]): number {
  const lengths = itemsOf(steps).map((item) =>
    lengthOf(item.kind === 'bytes' ? item.bytes : item.payload),
  );
  return lengths.reduce((sum, length) => sum + length, 0);
}

type Results = ReadonlyMap<string, CaseResult>;

async function play(ours: RunningTarget, target: Partial<ServerTarget> = {}): Promise<Results> {
  const results = new Map<string, CaseResult>();
  const { url = ours.url, headers = [], insecure = false } = target;
  try {
    const options = { timeout: 10_000, seed: 'every option' };
    for await (const result of runServerCases(
      cases,
      serverTarget(url, { headers, insecure }),
      options,
    )) {
      results.set(result.case.id, result);
    }
  } finally {
    await ours.close();
  }
  return results;
}

const outcome = ({ verdict, rule }: CaseResult) => `${verdict} ${rule}`;

/** @returns the results that the option has changed */
function different(results: Results): readonly CaseResult[] {
  assert.equal(results.size, cases.length);
  return [...results.values()].filter(({ verdict }) => verdict !== 'pass' && verdict !== 'info');
}

const inWords = (results: readonly CaseResult[]) =>
  results.map((result) => `${result.case.id}: ${outcome(result)}: ${result.observed}`);

/** @param headers a case that sets one of these itself may be refused for it, and is then skipped */
function assertSame(results: Results, headers: readonly Header[] = []): void {
  const names = headers.map(([name]) => name);
  const isSkipped = ({ case: { handshake }, verdict, observed }: CaseResult) => {
    const replaced = replacedHeaders(requestOf(handshake), names);
    return (
      verdict === 'skip' && observed.endsWith(`without the ${replaced[0]} that the options give`)
    );
  };
  assert.deepEqual(inWords(different(results).filter((result) => !isSkipped(result))), []);
}

/** Each request has each header once, unless its case decides about that header itself. */
function assertSent(results: Results, headers: readonly Header[]): void {
  for (const { case: testCase, conversations } of results.values()) {
    const timeline = mainTimeline(conversations);
    const request = timeline && readConversation(timeline).client.head;
    const own = requestOf(testCase.handshake);
    if (!request || own?.finished === false) continue;
    const lines = request.headers.map(({ name, value }) => `${name}: ${value}`);
    for (const [name, value] of headers) {
      if (own && decidedHeaders(own).has(name.toLowerCase())) continue;
      const sent = lines.filter((line) => line === `${name}: ${value}`);
      assert.equal(sent.length, 1, `${testCase.id} sends ${name} ${sent.length} times`);
    }
  }
}

const demanded: readonly (readonly [what: string, headers: readonly Header[]])[] = [
  [
    'a cookie, credentials, and a repeated name',
    [
      ['Cookie', 'session=9f2c; theme=dark'],
      ['Authorization', 'Bearer e30.e30.x'],
      ['X-Forwarded-For', '192.0.2.1'],
      ['X-Forwarded-For', '192.0.2.2'],
    ],
  ],
  ['a subprotocol', [['Sec-WebSocket-Protocol', 'framewright.one']]],
];
for (const [what, headers] of demanded) {
  test(`with ${what} that the server requires`, async () => {
    const ours = await startFramewrightServer({
      isLetIn: (request) => headers.every(([name, value]) => request.header(name)?.includes(value)),
      subprotocols: ['framewright.one'],
    });
    const results = await play(ours, { headers });
    assertSame(results, headers);
    assertSent(results, headers);
  });
}

test('with a token in the query of the address', async () => {
  const ours = await startFramewrightServer({
    isLetIn: ({ query }) => new URLSearchParams(query).get('token') === 's3cret',
  });
  assertSame(await play(ours, { url: new URL('/?room=1&token=s3cret', ours.url) }));
});

test('every option over TLS', async () => {
  assertSame(await play(await startFramewrightServerOverTls(), { insecure: true }));
});

const hasIPv6 = Object.values(networkInterfaces())
  .flat()
  .some((address) => address?.address === '::1');

test('at ::1', { skip: hasIPv6 ? false : 'this machine has no ::1' }, async () => {
  assertSame(await play(await startFramewrightServer({ host: '::1' })));
});
