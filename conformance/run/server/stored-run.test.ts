/** A run as it is stored has all that its verdicts are based on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogue } from '../../catalogue/catalogue.ts';
import type { Case } from '../../format/case.ts';
import { type Behaviour, correct } from '../../reference/behaviour.ts';
import { startPeer } from '../../reference/server.ts';
import { parseResults } from '../../results/read-results.ts';
import { rejudge } from '../../results/rejudge.ts';
import { type RecordedResult, type Run, resultsOf } from '../../results/results.ts';
import { formatResults } from '../../results/results-file.ts';
import { sampleRun } from '../../testing/sample-run.ts';
import { recordRun } from '../record-run.ts';
import { Recorder } from '../recorder.ts';
import { recordedFacts } from './probe/capabilities.ts';
import { probeServer } from './probe/probe-server.ts';
import { runServerCases } from './run.ts';
import { serverTarget } from './server-target.ts';

const rounds = 4;

/** All that take several connections, and a sample of those that take one. */
const cases = catalogue()
  .filter(({ against, tags = [] }) => against.includes('server') && !tags.includes('slow'))
  .filter(({ before, repeat, aftermath, id }, index) =>
    aftermath ? /100-headers|announced-length/.test(id) : before || repeat || index % 150 === 0,
  )
  .map((testCase): Case => {
    const { repeat } = testCase;
    if (!repeat) return testCase;
    return { ...testCase, repeat: { times: rounds, atOnce: Math.min(rounds, repeat.atOnce) } };
  });

async function storedRun(
  behaviour: Partial<Behaviour>,
  residentMemory: () => number,
): Promise<Run> {
  const peer = await startPeer(behaviour);
  try {
    const target = serverTarget(peer.url.href);
    const capabilities = await probeServer(target);
    const options = { capabilities, seed: '2a', residentMemory, grace: 20 };
    const { signal: interrupted } = new AbortController();
    const { results } = await recordRun(cases, runServerCases(cases, target, options), {
      interrupted,
      recorder: new Recorder({ wholeTimelines: true }),
    });
    const head = await sampleRun();
    // What the probe found is a part of what a verdict is based on.
    const found = { ...head.target, ...recordedFacts(capabilities) };
    const run = await sampleRun({ results, planned: cases.length, target: found });
    return parseResults(formatResults(resultsOf([run])), 'results.json').runs[0]!;
  } finally {
    await peer.close();
  }
}

/** As if nothing had been judged: what comes back comes from the conversations alone. */
function forgotten(result: RecordedResult): RecordedResult {
  if (result.verdict === 'error' || result.verdict === 'skip') return result;
  const { at: _at, cause: _cause, reference: _reference, ...rest } = result;
  return { ...rest, verdict: 'fail', rule: 'forgotten', expected: '', observed: '' };
}

/** Without conversations: they would fill the screen if anything differs. */
const shown = ({ conversations: _, ...result }: RecordedResult) => result;

function assertJudgedAgain(run: Run): void {
  const { results } = rejudge({ ...run, results: run.results.map(forgotten) }, cases);
  assert.deepEqual(results.map(shown), run.results.map(shown));
}

function assertBroken({ results }: Run, rules: readonly string[]): void {
  const broken = new Set(results.map(({ rule }) => rule));
  for (const rule of rules) assert.ok(broken.has(rule), rule);
}

const GiB = 1024 ** 3;

/** Accepts every third handshake with a wrong key, and answers each Close with 1008. */
function faulty(): Partial<Behaviour> {
  let handshakes = 0;
  return {
    answerClose: () => Buffer.of(0x03, 0xf0),
    respond: (request, extension) => {
      handshakes += 1;
      const lines = correct.respond(request, extension);
      return handshakes % 3 > 0 ? lines : lines.map((line) => line.replace(/(Accept: )./, '$1='));
    },
  };
}

test('a stored run of a correct server gives the same results when it is judged again', async () => {
  const run = await storedRun({}, () => 1);
  assertJudgedAgain(run);
});

test('a stored run of a faulty server gives the same results when it is judged again', async () => {
  const run = await storedRun(faulty(), () => 1);
  assertBroken(run, ['wrong-accept', 'wrong-close-code']);
  assertJudgedAgain(run);
});

test('a stored run of a server that grows gives the same results when it is judged again', async () => {
  let octets = 0;
  const run = await storedRun({}, () => {
    octets += GiB;
    return octets;
  });
  assertBroken(run, ['memory-over-budget']);
  assertJudgedAgain(run);
});
