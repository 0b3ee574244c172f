/** What holds for every case: its name, its words, and that it can pass and can fail. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Case } from '../format/case.ts';
import { freshSeed } from '../format/seed.ts';
import type { Verdict } from '../judge/judge.ts';
import { startPeer } from '../reference/server.ts';
import type { CaseResult } from '../results/case-result.ts';
import { playCase } from '../run/server/play-case.ts';
import type { Capabilities } from '../run/server/probe/capabilities.ts';
import { type RunOptions, runServerCases } from '../run/server/run.ts';
import { startFramewrightServer } from '../testing/framewright-server.ts';
import { faultyPeers, finds, isFoundOut } from '../testing/proofs.ts';
import { catalogue } from './catalogue.ts';

const cases = catalogue();
const capabilities: Capabilities = {
  echo: true,
  pong: true,
  deflate: true,
  windowLimit: true,
  originPolicy: true,
  script: false,
  tls: false,
  http2: false,
  extensions: 'permessage-deflate',
  ending: '',
};
/** What plain TCP to an echo server can play. */
const playable = cases.filter(
  ({ against, needs }) =>
    against.includes('server') && !needs?.some((need) => need === 'tls' || need === 'http2'),
);

async function play(
  url: URL,
  played: readonly Case[],
  options: Omit<RunOptions, 'capabilities'>,
): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  const target = { url, headers: [], insecure: false };
  const run = runServerCases(played, target, { capabilities, ...options });
  for await (const result of run) results.push(result);
  return results;
}

/**
 * Each case once, as it is: a run would play again what a busy target may have caused, and give up
 * a target that serves no client, which here are faults on purpose.
 */
async function playOnce(url: URL, played: readonly Case[]): Promise<CaseResult[]> {
  const target = { url, headers: [], insecure: false };
  const options = { capabilities, timeout: 1500, grace: 250, seed: freshSeed() };
  const results: CaseResult[] = [];
  const playInTurn = async (waiting: Case[], timeout = options.timeout) => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      results.push(await playCase(next, target, { ...options, timeout }));
    }
  };
  const gentle = played.filter(({ aftermath }) => !aftermath);
  await Promise.all(Array.from({ length: 16 }, () => playInTurn(gentle)));
  await playInTurn(played.filter(({ aftermath }) => aftermath));
  // On a busy machine a case may not be judged in that time: it is seen again alone, without haste.
  const judged = results.filter(({ verdict }) => verdict !== 'error');
  const unjudged = results.filter(({ verdict }) => verdict === 'error');
  results.splice(0, results.length, ...judged);
  await playInTurn(
    unjudged.map((result) => result.case),
    unhurried.timeout,
  );
  return results;
}

test('ids are unique slugs, and none that was published is gone', () => {
  const ids = cases.map(({ id }) => id).toSorted();
  assert.deepEqual(
    ids.filter((id, index) => id === ids[index + 1]),
    [],
  );
  for (const id of ids) assert.match(id, /^[a-z0-9]+(-[a-z0-9]+)*\/[a-z0-9]+(-[a-z0-9]+)*$/);
  const pinned = readFileSync(new URL('ids.txt', import.meta.url), 'utf8');
  assert.deepEqual(pinned.trimEnd().split('\n'), ids, 'after adding cases: npm run pin');
});

test('titles state, in the present tense, in at most 80 characters', () => {
  for (const { id, title, requirement } of cases) {
    assert.ok(title.length <= 80, `${id}: the title has ${title.length} characters`);
    assert.doesNotMatch(title, /\bshould\b|\.$|^(An?|The) /, id);
    assert.ok(requirement.length > 0 && !requirement.endsWith('.'), id);
  }
});

const stressful = ({ tags = [] }: Case) => tags.includes('limits');

/** Server and peers share this process, and perhaps a busy machine: no verdict may hang on it. */
const unhurried = { timeout: 30_000, concurrency: 8 };

for (const [what, played, options] of [
  ['case', playable.filter((testCase) => !stressful(testCase)), unhurried],
  ['limit', playable.filter(stressful), { ...unhurried, concurrency: 2 }],
] as const) {
  test(`our own server passes every ${what}`, async () => {
    const ours = await startFramewrightServer();
    const results = await play(ours.url, played, options);
    await ours.close();
    const broken = results.filter(({ verdict }) => verdict !== 'pass' && verdict !== 'info');
    assert.deepEqual(list(broken), []);
  });
}

/** Where a document leaves things open, nothing that a target does is wrong. */
const provable = playable.filter(
  ({ level, expect }) => level !== 'may' && expect.ending.kind !== 'any',
);

/** What each case came to with the peers that are wrong about it. */
const verdicts = new Map<string, Set<Verdict>>();

for (const peer of faultyPeers) {
  test(`is found out: a peer that ${peer.name}`, async () => {
    const suspects = provable.filter(({ id }) => finds(id, peer)).map(withoutTimeout);
    for (const glob of peer.fails) {
      const alone = { ...peer, fails: [glob] };
      assert.ok(
        suspects.some(({ id }) => finds(id, alone)),
        `${glob} matches no case`,
      );
    }
    const running = await startPeer(peer.behaviour);
    const results = await playOnce(running.url, suspects);
    await running.close();
    for (const result of results.filter(provesItsOwnRule)) {
      const { id } = result.case;
      verdicts.set(id, (verdicts.get(id) ?? new Set()).add(result.verdict));
    }
    assert.deepEqual(list(results.filter((result) => !isFoundOut(result, peer))), []);
  });
}

test('every MUST has a peer that fails it, every SHOULD one that is warned of', () => {
  const unproven = provable.filter(
    ({ id, level, aftermath }) =>
      !verdicts.get(id)?.has(level === 'must' ? 'fail' : 'warn') &&
      // That a target survives the case is a separate MUST.
      !(aftermath && verdicts.get(id)?.has('fail')),
  );
  assert.deepEqual(
    unproven.map(({ id }) => id),
    [],
  );
});

/** Who hangs up on everything, or masks everything, is found out by any case: that proves none. */
function provesItsOwnRule({ rule, case: { id } }: CaseResult): boolean {
  return (
    rule !== 'not-alive' && (rule !== 'wrong-masking' || id === 'masking/frames-of-the-server')
  );
}

/** Faulty peers are at once; whom they keep waiting need not wait long to see it. */
function withoutTimeout({ observationTimeout: _, ...testCase }: Case): Case {
  return testCase;
}

/** The first ones in words, and how many more there are. */
function list(results: readonly CaseResult[]): string[] {
  const shown = results
    .slice(0, 12)
    .map(
      ({ case: { id }, verdict, expected, observed }) =>
        `${id}: ${verdict}, expected ${expected}, observed ${observed}`,
    );
  return results.length > 12 ? [...shown, `and ${results.length - 12} more`] : shown;
}
