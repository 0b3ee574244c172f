import assert from 'node:assert/strict';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import type { Case } from '../../format/case.ts';
import { accepted, orRefused, pending, refused } from '../../format/expectation.ts';
import { acceptFor, request } from '../../format/handshake.ts';
import { madeCase } from '../../testing/made-case.ts';
import type { ServerTarget } from '../../transport/connect.ts';
import { bytesFrom } from '../../wire/timeline.ts';
import { type JudgedCase, playRounds } from './rounds.ts';

const options = { timeout: 5000, grace: 50, echo: false, seed: '' };

/** Answers each connection's request according to its number, from 1 on. */
async function withServer(
  answer: (nth: number, request: string, socket: Socket) => void,
  use: (target: ServerTarget) => Promise<void>,
): Promise<void> {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    const nth = connections;
    socket.on('error', () => {});
    socket.once('data', (bytes) => answer(nth, bytes.toString('latin1'), socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    await use({ url: new URL(`ws://127.0.0.1:${port}/`), headers: [], insecure: false });
  } finally {
    server.close();
  }
}

const refuse = (socket: Socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
const accept = (request: string, socket: Socket) => {
  const key = /Sec-WebSocket-Key: (.*)\r/.exec(request)?.[1] ?? '';
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptFor(key)}\r\n\r\n`,
  );
};

const plain = madeCase({ expect: refused() });

test('a repeated case has the given number of rounds, with fresh keys each time', async () => {
  const keys: string[] = [];
  await withServer(
    (_, text, socket) => {
      keys.push(/Sec-WebSocket-Key: (.*)\r/.exec(text)?.[1] ?? '');
      refuse(socket);
    },
    async (target) => {
      const repeated = { ...plain, repeat: { times: 3, atOnce: 1 } };
      const { judgement } = await playRounds(repeated, target, options);
      assert.equal(judgement.verdict, 'pass');
    },
  );
  assert.equal(new Set(keys).size, 3);
});

test('the first unexpected round decides, and the observation names it', async () => {
  await withServer(
    (nth, text, socket) => (nth === 2 ? accept(text, socket) : refuse(socket)),
    async (target) => {
      const repeated = { ...plain, repeat: { times: 5, atOnce: 1 } };
      const { judgement } = await playRounds(repeated, target, options);
      assert.equal(judgement.verdict, 'fail');
      assert.equal(judgement.observed, 'conversation 2 of 5: accepted with 101');
    },
  );
});

test('preludes have separate connections and are not judged', async () => {
  const seen: number[] = [];
  await withServer(
    (nth, text, socket) => {
      seen.push(nth);
      if (nth === 1) accept(text, socket);
      else refuse(socket);
    },
    async (target) => {
      const after = { ...plain, before: [{ steps: [] }] };
      const { judgement } = await playRounds(after, target, options);
      assert.equal(judgement.verdict, 'pass');
    },
  );
  assert.deepEqual(seen, [1, 2]);
});

/** `before 1`, `main 3`: the name of each conversation that was kept, and its round. */
const keptOf = ({ conversations }: JudgedCase) =>
  conversations.map(({ name, round }) =>
    [name, round].filter((part) => part !== undefined).join(' '),
  );

const answeredBy = ({ conversations }: JudgedCase) =>
  conversations.map(({ timeline }) => bytesFrom(timeline, 'server').toString().slice(9, 12));

test('of many rounds the first, the last and the one that decides are kept', async () => {
  const repeated = { ...plain, repeat: { times: 1000, atOnce: 1 } };
  await withServer(
    (_, __, socket) => refuse(socket),
    async (target) => {
      const ten = { ...plain, repeat: { times: 10, atOnce: 1 } };
      assert.deepEqual(keptOf(await playRounds(ten, target, options)), ['round 1', 'main 10']);
      assert.deepEqual(keptOf(await playRounds(plain, target, options)), ['main']);
    },
  );
  await withServer(
    (nth, text, socket) => (nth === 7 ? accept(text, socket) : refuse(socket)),
    async (target) => {
      const played = await playRounds(repeated, target, options);
      assert.deepEqual(keptOf(played), ['round 1', 'main 7']);
      assert.deepEqual(answeredBy(played), ['400', '101']);
    },
  );
});

test('a round that ends after the one that decides is kept as the last', async () => {
  const waiting: Socket[] = [];
  await withServer(
    (nth, text, socket) => {
      waiting.push(socket);
      if (nth < 3) return;
      accept(text, socket);
      // The others are answered only once the third round is over.
      socket.once('close', () => waiting.slice(0, 2).forEach(refuse));
    },
    async (target) => {
      const atOnce = { ...plain, repeat: { times: 3, atOnce: 3 } };
      const played = await playRounds(atOnce, target, options);
      assert.equal(played.judgement.verdict, 'fail');
      assert.equal(answeredBy(played).filter((status) => status === '400').length >= 1, true);
      assert.equal(keptOf(played).filter((name) => name.startsWith('main')).length, 1);
    },
  );
});

test('what comes before each kept round is kept with it', async () => {
  await withServer(
    (nth, text, socket) => (nth % 2 === 1 ? accept(text, socket) : refuse(socket)),
    async (target) => {
      const repeat = { times: 2, atOnce: 1 };
      const played = await playRounds(
        { ...plain, before: [{ steps: [] }], repeat },
        target,
        options,
      );
      assert.deepEqual(keptOf(played), ['before 1', 'round 1', 'before 2', 'main 2']);
      assert.deepEqual(answeredBy(played), ['101', '400', '101', '400']);
    },
  );
});

test('a handshake may be refused if the specification allows both', async () => {
  const either = { ...plain, alive: 'untested', expect: orRefused(pending(1009)) } as const;
  await withServer(
    (nth, text, socket) => (nth === 1 ? accept(text, socket) : refuse(socket)),
    async (target) => {
      for (const _ of ['accepted', 'refused']) {
        const { judgement } = await playRounds(either, target, options);
        assert.equal(judgement.verdict, 'pass');
      }
    },
  );
});

test('a head is split where its case asks, and an impossible split throws', async () => {
  await withServer(
    (nth, text, socket) => {
      // The connection after it checks whether the server was alive at all.
      if (nth === 1) assert.ok(text.endsWith('Upgrade: web'), text);
      refuse(socket);
    },
    async (target) => {
      const split = (text: string): Case => ({
        ...plain,
        handshake: request({ splitAfter: [text] }),
      });
      const { judgement } = await playRounds(split('Upgrade: web'), target, options);
      assert.equal(judgement.verdict, 'pass');
      await assert.rejects(playRounds(split('Cookie'), target, options), /no "Cookie" to split/);
    },
  );
});

/** Gives up before the whole head has arrived, like a server that does not wait for slow peers. */
const timesOut = (_nth: number, _request: string, socket: Socket) =>
  socket.end('HTTP/1.1 408 Request Timeout\r\n\r\n');

const inSegments = madeCase({ handshake: request({ segmentSize: 1 }), expect: accepted() });

test('a target does not fail when the harness was too slow with its segments', async () => {
  await withServer(timesOut, async (target) => {
    const inTime = await playRounds(inSegments, target, { ...options, paceBudget: 60_000 });
    assert.equal(inTime.judgement.verdict, 'fail');
    const late = await playRounds(inSegments, target, { ...options, paceBudget: 0 });
    assert.equal(late.judgement.verdict, 'error');
    assert.match(
      late.judgement.observed,
      /^Framewright needed \d+\.\d s to write .* may have been justified: .*408 Request Timeout/,
    );
  });
});

test('a frame that is wrong in itself fails, however slow the harness was', async () => {
  const masked = Buffer.of(0x81, 0x81, 1, 2, 3, 4, 0x60);
  const masks = (_nth: number, start: string, socket: Socket) => {
    let head = start;
    socket.on('data', (bytes) => {
      head += bytes.toString('latin1');
      if (!head.endsWith('\r\n\r\n')) return;
      accept(head, socket);
      socket.end(masked);
    });
  };
  await withServer(masks, async (target) => {
    const testCase = { ...inSegments, alive: 'untested' } as const;
    const { judgement } = await playRounds(testCase, target, { ...options, paceBudget: 0 });
    assert.deepEqual([judgement.verdict, judgement.rule], ['fail', 'wrong-masking']);
  });
});

test('a server that tolerates a slow harness passes', async () => {
  const untested = { ...inSegments, alive: 'untested', expect: orRefused(refused()) } as const;
  await withServer(timesOut, async (target) => {
    const { judgement } = await playRounds(untested, target, { ...options, paceBudget: 0 });
    assert.equal(judgement.verdict, 'pass');
  });
});

test('time that a case waits does not count as slowness of the harness', async () => {
  const waits = madeCase({ alive: 'untested', expect: accepted() });
  await withServer(timesOut, async (target) => {
    const { judgement } = await playRounds(waits, target, { ...options, paceBudget: 0 });
    assert.equal(judgement.verdict, 'fail');
  });
});
