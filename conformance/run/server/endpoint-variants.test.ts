/** What an endpoint does besides answering changes no verdict: the matrix of variants and cases. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { catalogue } from '../../catalogue/catalogue.ts';
import { compare, type Outcome, outcomesOf } from '../../testing/compare-variants.ts';
import { endpointVariants } from '../../testing/endpoint-variants.ts';

/** A few of each kind; `bench/endpoint-variants.ts` runs all. */
const ids = [
  ...['handshake/response-upgrade', 'handshake/response-then-frames', 'handshake/version-missing'],
  ...['masking/unmasked-text-first', 'masking/unmasked-text-later', 'masking/unmasked-ping-first'],
  ...['masking/ping-of-125', 'reserved-bits/rsv1-on-text', 'reserved-bits/rsv2-on-ping'],
  ...['opcodes/reserved-3', 'opcodes/reserved-11', 'length/text-of-65536', 'length/text-of-0'],
  ...[
    'fragmentation/two-fragments-in-segments',
    'fragmentation/ping-between-fragments-byte-by-byte',
  ],
  ...[
    'fragmentation/final-continuation-of-nothing-in-one-segment',
    'control-frames/fragmented-ping',
  ],
  ...['interleaving/begun-text-whole-text', 'interleaving/begun-text-last-fragment-around-a-ping'],
  ...['utf8/invalid-prefix-ce', 'utf8/valid-text-euro', 'utf8-split/valid-in-two-fragments-at-2'],
  ...[
    'ping/text',
    'ping/ten-in-a-row',
    'pong/unsolicited-text',
    'close/empty',
    'close/after-an-echo',
  ],
  ...[
    'close-code/valid-1000',
    'closing/text-after-a-close',
    'closing/fin-open',
    'segments/ping-and-close-in-one',
  ],
];
const cases = catalogue().filter(({ id }) => ids.includes(id));

let plain: ReadonlyMap<string, Outcome>;
before(async () => {
  plain = await outcomesOf(cases, { name: 'plain', judged: 1 });
});

test('a plain echo server passes them', () => {
  const broken = [...plain].filter(([, { verdict }]) => verdict !== 'pass' && verdict !== 'info');
  assert.deepEqual(broken, []);
});

describe('the verdicts of a plain echo server are those', { concurrency: 4 }, () => {
  for (const variant of endpointVariants) {
    test(`of a server that ${variant.name}`, async () => {
      const { differences, judged } = compare(plain, await outcomesOf(cases, variant));
      assert.deepEqual(differences, []);
      assert.ok(judged >= variant.judged, `only ${judged.toFixed(2)} of the cases are judged`);
    });
  }
});
