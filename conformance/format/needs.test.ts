import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogue } from '../catalogue/catalogue.ts';
import { type Behaviour, correct } from '../reference/behaviour.ts';
import { startPeer } from '../reference/server.ts';
import { runServerCases } from '../run/server/run.ts';
import { serverTarget } from '../run/server/server-target.ts';
import { opcodes } from '../wire/wire.ts';
import { type Abilities, unmetNeed } from './needs.ts';

const isPing = ({ id }: { readonly id: string }) => id.startsWith('ping/');

/** How a few cases of each kind end against a peer: `id: verdict`, with what was seen. */
async function outcomes(behaviour: Partial<Behaviour>) {
  const peer = await startPeer(behaviour);
  const wanted = [
    ...['ping/text', 'ping/empty', 'ping/ten-in-a-row', 'handshake/response-upgrade'],
    ...['fragmentation/ping-of-1-inside-a-message', 'masking/unmasked-continuation', 'utf8/empty'],
  ];
  const cases = catalogue().filter(({ id }) => wanted.includes(id));
  const seen = new Map<string, string>();
  try {
    const options = { timeout: 300, grace: 50 };
    for await (const result of runServerCases(cases, serverTarget(peer.url), options)) {
      seen.set(result.case.id, `${result.verdict}: ${result.observed}`);
    }
  } finally {
    await peer.close();
  }
  return seen;
}

test('a target that never answers a ping fails the cases that ask for just that', async () => {
  const seen = await outcomes({ pong: () => [] });
  assert.match(seen.get('ping/text')!, /^fail: timeout: the pong of "Hello, world!" did not come/);
  assert.match(seen.get('ping/empty')!, /^fail: /);
  assert.match(seen.get('ping/ten-in-a-row')!, /^warn: /);
  assert.match(
    seen.get('fragmentation/ping-of-1-inside-a-message')!,
    /^skip: the target does not answer pings/,
  );
  assert.match(seen.get('handshake/response-upgrade')!, /^pass: /);
  assert.match(seen.get('utf8/empty')!, /^pass: /);
});

test('nothing is provoked of a target that cannot show that it is alive', async () => {
  const seen = await outcomes({ pong: () => [], echo: () => [], answerClose: () => undefined });
  assert.match(seen.get('ping/text')!, /^fail: /);
  assert.match(seen.get('handshake/response-upgrade')!, /^pass: /);
  assert.match(
    seen.get('masking/unmasked-continuation')!,
    /^skip: the target neither echoes nor answers pings: nothing shows that it is alive/,
  );
});

test('a target that answers nothing but a Close is provoked, and asked by another Close', async () => {
  const seen = await outcomes({ pong: () => [], echo: () => [] });
  assert.match(seen.get('masking/unmasked-continuation')!, /^pass: Close 1002/);
  const { masking: _, ...lenient } = correct.header;
  const deaf = await outcomes({ pong: () => [], echo: () => [], header: lenient });
  assert.match(
    deaf.get('masking/unmasked-continuation')!,
    /^fail: still open until a Close asked it to end, then Close 1000/,
  );
});

test('a pong that carries something else shows life, and fails the cases about pongs alone', async () => {
  const seen = await outcomes({
    greet: [{ opcode: opcodes.binary, payload: Buffer.from('welcome') }],
    echo: () => [],
    pong: (payload) => [payload.map((octet) => octet ^ 0x55)],
  });
  assert.match(seen.get('ping/text')!, /^fail: pong /);
  assert.match(seen.get('handshake/response-upgrade')!, /^pass: /);
  assert.match(seen.get('masking/unmasked-continuation')!, /^pass: /);
});

test('every case about pings is played against a target that answers none', () => {
  const skipped = catalogue()
    .filter(({ against }) => against.includes('server'))
    .filter((testCase) => isPing(testCase) && !testCase.judges?.includes('pong'));
  assert.deepEqual(skipped, []);
});

test('a message that a target may not understand precedes no Close that it has to answer well', () => {
  const can: Abilities = {
    ...{ echo: false, pong: true, deflate: false, windowLimit: false, fixedWindow: false },
    ...{ originPolicy: false, script: false, page: false, tls: false, http2: false },
  };
  const reasonFor = (id: string) => unmetNeed(catalogue().find((each) => each.id === id)!, can);
  for (const id of ['segments/message-and-close-in-one', 'closing/after-pending-data']) {
    assert.equal(reasonFor(id), 'the target does not echo messages', id);
  }
  assert.equal(reasonFor('segments/ping-and-close-in-one'), undefined);
});
