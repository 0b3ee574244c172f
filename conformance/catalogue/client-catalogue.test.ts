/** What holds for every case for clients: a correct client passes it, and a faulty one fails it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Case } from '../format/case.ts';
import { matchesPattern } from '../format/id-pattern.ts';
import { type ClientBehaviour, visit } from '../reference/client.ts';
import { faultyClients } from '../reference/faulty/clients.ts';
import { closing } from '../reference/faulty/closing.ts';
import { compression } from '../reference/faulty/compression.ts';
import { framing } from '../reference/faulty/framing.ts';
import { messages } from '../reference/faulty/messages.ts';
import type { CaseResult } from '../results/case-result.ts';
import { CaseHost } from '../run/client/case-host.ts';
import { isFoundOut } from '../testing/proofs.ts';
import { catalogue } from './catalogue.ts';

/** What a small client on plain TCP can play; the slow ones wait for a minute and decide nothing. */
const playable = catalogue().filter(
  ({ against, needs, tags, page }) =>
    page === undefined &&
    against.includes('client') &&
    !tags?.includes('slow') &&
    !needs?.some((need) => need === 'tls' || need === 'http2'),
);

async function play(
  behaviour: Partial<ClientBehaviour>,
  cases: readonly Case[],
  options: { readonly timeout: number; readonly grace?: number },
): Promise<readonly CaseResult[]> {
  const host = await CaseHost.listen({ cases, driven: true, ...options });
  const waiting = [...cases];
  const results: CaseResult[] = [];
  const visitInTurn = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const url = new URL(
        `${host.url}/runCase?${new URLSearchParams({ id: next.id, agent: 'it' })}`,
      );
      const { needs, script, handshake: { subprotocols } = {} } = next;
      const told = await visit(url, behaviour, {
        windowLimit: !needs?.includes('fixedWindow'),
        ...(subprotocols && { subprotocols }),
        ...(script && { script }),
      });
      const seen = told.map((event) => ({ kind: 'script', at: 0, event }) as const);
      const result = await host.agent('it').resultSeenBy(next, seen);
      assert.ok(result, `${next.id} was not asked for in time`);
      results.push(result);
    }
  };
  await Promise.all(Array.from({ length: 16 }, visitInTurn));
  await host.close();
  return results;
}

const list = (results: readonly CaseResult[]) =>
  results.map(
    ({ case: { id }, verdict, rule, expected, observed }) =>
      `${id}: ${verdict} (${rule}), expected ${expected}, observed ${observed}`,
  );

/** A SHOULD that the correct one leaves out: it looks at a frame when all of it is there. */
const readsWholeFrames = /^utf8\/fails-fast-inside-a-frame-/;

test('every case against clients passes with a correct one', async () => {
  const results = await play({}, playable, { timeout: 5000 });
  assert.equal(results.length, playable.length);
  const broken = results.filter(
    ({ verdict, case: { id } }) =>
      verdict !== 'pass' && verdict !== 'info' && !readsWholeFrames.test(id),
  );
  assert.deepEqual(list(broken), []);
});

/** Where a document leaves things open, nothing that a target does is wrong. */
const provable = playable.filter(
  ({ level, expect }) => level !== 'may' && expect.ending.kind !== 'any',
);

/** Those of the faulty servers that a client can be, too. */
const echoing = [...framing, ...messages, ...closing, ...compression].filter(
  ({ asClient }) => asClient !== false,
);

test('every case against clients has a faulty one that it finds out', () => {
  const patterns = [...faultyClients, ...echoing].flatMap(({ fails }) => fails);
  const unproven = provable.filter(
    ({ id, against }) =>
      !against.includes('server') && !patterns.some((pattern) => matchesPattern(pattern, id)),
  );
  assert.deepEqual(
    unproven.map(({ id }) => id),
    [],
  );
});

/** The same conversations have found out the same peers as servers; a few of each topic will do. */
const aFew = (pattern: string) =>
  provable
    .filter(({ id, against }) => against.includes('server') && matchesPattern(pattern, id))
    .slice(0, 2);
const allOf = (pattern: string) =>
  provable.filter(({ id, against }) => !against.includes('server') && matchesPattern(pattern, id));

for (const peer of [...faultyClients, ...echoing]) {
  const { name, behaviour, fails } = peer;
  test(`is found out: a client that ${name}`, async () => {
    const suspects = fails.flatMap((pattern) => [...allOf(pattern), ...aFew(pattern)]);
    const results = await play(behaviour, [...new Set(suspects)], { timeout: 800, grace: 40 });
    assert.deepEqual(list(results.filter((result) => !isFoundOut(result, peer))), []);
  });
}
