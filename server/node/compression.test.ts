import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { close, ping, text } from '../testing/client.ts';
import { onBothTransports } from '../testing/listening.ts';

const word = 'framewright ';
const deflateOffer = { 'Sec-WebSocket-Extensions': 'permessage-deflate' };

onBothTransports('permessage-deflate', (listening) => {
  test('messages above the threshold are compressed in both directions', async (t) => {
    const { client } = await listening(t, { compression: { threshold: 20 } });
    const peer = client();
    const head = await peer.open(deflateOffer, '/echo');
    assert.match(
      head,
      /\r\nSec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n/,
    );
    const deflated = deflateRawSync(word.repeat(20), {
      finishFlush: constants.Z_SYNC_FLUSH,
    }).subarray(0, -4);
    peer.write(text('short'), text(deflated, { rsv: 4 }));
    assert.equal((await peer.bytes(7)).toString('latin1'), '\x81\x05short');
    const [first, length] = await peer.bytes(2);
    assert.equal(first, 0xc1);
    const payload = Buffer.concat([await peer.bytes(length!), Buffer.from([0, 0, 255, 255])]);
    const inflated = inflateRawSync(payload, { finishFlush: constants.Z_SYNC_FLUSH });
    assert.equal(inflated.toString(), word.repeat(20));
  });

  test('large messages are compressed in a thread and stay in order with the small ones', async (t) => {
    const { client, opened } = await listening(t, { compression: { threshold: 20 } });
    const peer = client();
    await peer.open(deflateOffer, '/echo');
    const large = word.repeat(100_000);
    const deflated = deflateRawSync(large, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
    const socket = await opened();
    peer.write(text('a'), text(deflated, { rsv: 4 }), text('b'), ping('p'));
    assert.equal((await peer.bytes(3)).toString('latin1'), '\x81\x01a');
    const header = await peer.bytes(4);
    assert.deepEqual([header[0], header[1]], [0xc1, 126]);
    const payload = Buffer.concat([
      await peer.bytes(header.readUInt16BE(2)),
      Buffer.from([0, 0, 255, 255]),
    ]);
    const inflated = inflateRawSync(payload, { finishFlush: constants.Z_SYNC_FLUSH });
    assert.ok(inflated.equals(Buffer.from(large)));
    assert.equal((await peer.bytes(6)).toString('latin1'), '\x81\x01b\x8a\x01p');
    socket.send(large);
    socket.send('between');
    socket.send(word.repeat(10));
    socket.close(1000);
    assert.ok(socket.bufferedBytes > large.length);
    assert.equal(socket.state, 'open');
    peer.write(close(1000)).end();
    const frames = (await peer.frames()).map((frame) => frame.split(' ').slice(0, 2).join(' '));
    assert.deepEqual(frames.slice(-2), ['(rsv1) text', 'close 1000']);
    assert.equal(frames.at(-3), 'text "between"');
  });

  test('a decompression bomb is stopped at the limit, and the server keeps working', async (t) => {
    const { client } = await listening(t, { compression: true, maxMessageBytes: 1_000_000 });
    const bomb = deflateRawSync(Buffer.alloc(64 * 1024 * 1024), { finishFlush: 2 }).subarray(0, -4);
    for (const [payload, rule] of [
      [bomb, 'close 1009 "message-too-big"'],
      [Buffer.alloc(100_000, 0xff), 'close 1007 "invalid-deflate-data"'],
    ] as const) {
      const peer = client();
      await peer.open(deflateOffer);
      peer.write(text(payload, { rsv: 4 }));
      assert.deepEqual(await peer.frames(), [rule]);
      peer.end();
    }
    const good = client();
    await good.open();
    good.write(text('abc'));
    assert.equal((await good.bytes(5)).toString('hex'), '8103646566');
  });

  test('a connection may end while its messages are being compressed in a thread', async (t) => {
    const { client, opened, ended } = await listening(t, { compression: { threshold: 20 } });
    const peer = client();
    await peer.open(deflateOffer);
    const socket = await opened();
    const deflated = deflateRawSync(word.repeat(100_000), { finishFlush: 2 }).subarray(0, -4);
    peer.write(text(deflated, { rsv: 4 }));
    for (let i = 0; i < 3; i += 1) socket.send(word.repeat(10_000));
    peer.socket.destroy();
    await ended(1);
    assert.equal(socket.state, 'closed');
  });

  test('messages sent before the peer closes reach it ahead of our Close', async (t) => {
    const { client, ended } = await listening(t, {
      compression: { threshold: 20 },
      endpoints: {
        '/': {
          message: (socket) => {
            // The first is compressed in a thread; the others wait for it.
            socket.send(word.repeat(100_000));
            socket.send('second');
            socket.send(word.repeat(10));
          },
        },
      },
    });
    const peer = client();
    await peer.open(deflateOffer);
    peer.write(Buffer.concat([text('go'), close(3000, 'enough'), text('too late')]));
    const frames = (await peer.frames()).map((frame) => frame.replace(/text [^"].*/, 'text'));
    assert.equal(frames[0], '(rsv1) text');
    assert.equal(frames[1], 'text "second"');
    assert.match(frames[2]!, /^\(rsv1\) text/);
    assert.deepEqual(frames.slice(3), ['close 3000']);
    peer.end();
    await ended(1);
  });

  test('a queued Close also answers a Close that arrives while it waits', async (t) => {
    const { client } = await listening(t, {
      compression: true,
      endpoints: {
        '/': {
          message: (socket) => {
            socket.send(word.repeat(100_000));
            socket.close(1001, 'away');
          },
        },
      },
    });
    const peer = client();
    await peer.open(deflateOffer);
    peer.write(Buffer.concat([text('go'), close(1000)]));
    const frames = await peer.frames();
    assert.match(frames[0]!, /^\(rsv1\) text/);
    assert.deepEqual(frames.slice(1), ['close 1001 "away"']);
  });

  test('a queued Close is validated at once, and no message can follow it', async (t) => {
    const { client, opened } = await listening(t, { compression: { threshold: 20 } });
    const peer = client();
    await peer.open(deflateOffer);
    const socket = await opened();
    socket.send(word.repeat(10_000));
    assert.throws(() => socket.close(1005), /Close code 1005 may not be sent/);
    assert.throws(() => socket.close(1000, 'x'.repeat(124)), /at most 123 bytes, not 124/);
    assert.equal(socket.send('before'), true);
    socket.close(3000, 'enough');
    assert.equal(socket.send('after'), false);
    socket.close(1001);
    peer.write(close(1000));
    const frames = await peer.frames();
    assert.match(frames[0]!, /^\(rsv1\) text/);
    assert.deepEqual(frames.slice(1), ['text "before"', 'close 3000 "enough"']);
  });
});
