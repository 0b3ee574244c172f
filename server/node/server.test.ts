import assert from 'node:assert/strict';
import { test } from 'node:test';
import { binary, close, handshake, ping, sampleAccept, text } from '../testing/client.ts';
import { onBothTransports } from '../testing/listening.ts';
import type { Observation } from './observation.ts';
import { createWebSocketServer } from './server.ts';

onBothTransports('the server', (listening) => {
  test('/ answers every message with def', async (t) => {
    const { client } = await listening(t);
    const peer = client();
    assert.match(await peer.open(), new RegExp(sampleAccept.replace('+', '\\+')));
    peer.write(text('abc'), binary('x'), text('', { fin: false }), ping('p'), close(1000));
    assert.deepEqual(await peer.frames(), ['text "def"', 'text "def"', 'pong "p"', 'close 1000']);
    peer.end();
  });

  test('the answer to abc is exactly 81 03 64 65 66', async (t) => {
    const { client } = await listening(t);
    const peer = client();
    await peer.open();
    peer.write(text('abc'));
    assert.equal((await peer.bytes(5)).toString('hex'), '8103646566');
  });

  test('/echo answers with the same type and bytes, of every size', async (t) => {
    const { client } = await listening(t);
    const peer = client();
    await peer.open({}, '/echo');
    for (const size of [0, 1, 125, 126, 65535, 65536, 300_000]) {
      for (const kind of [text, binary]) {
        const payload = Buffer.alloc(size, 'é');
        if (kind === text && size % 2 === 1) payload[size - 1] = 0x41;
        peer.write(kind(payload));
        const header = size < 126 ? 2 : size < 65536 ? 4 : 10;
        const frame = await peer.bytes(header + size);
        assert.equal(frame[0], kind === text ? 0x81 : 0x82);
        assert.ok(frame.subarray(header).equals(payload));
      }
    }
  });

  test('a plain GET is answered with an explanation, and the connection ends', async (t) => {
    const { client } = await listening(t);
    const peer = client().write('GET / HTTP/1.1\r\nHost: x\r\n\r\n', handshake());
    const answer = await peer.rest();
    assert.match(
      answer,
      /^HTTP\/1.1 426 Upgrade Required\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n/,
    );
    assert.match(answer, /Content-Length: \d+\r\n\r\nthis address speaks WebSocket/);
    assert.equal(answer.split('HTTP/1.1').length, 2);
    peer.end();
  });

  for (const [what, request, status] of [
    ['another path', handshake({}, 'GET /nowhere HTTP/1.1'), 404],
    ['a path of Object.prototype', handshake({}, 'GET /constructor HTTP/1.1'), 404],
    ['a body', `${handshake({ 'Content-Length': '10' })}0123456789`, 400],
    ['another version', handshake({ 'Sec-WebSocket-Version': '8' }), 426],
    ['TLS', '\x16\x03\x01\x02\x00', 400],
  ] as const) {
    test(`${what} is refused with ${status}`, async (t) => {
      const { client } = await listening(t);
      const peer = client().write(request);
      assert.ok((await peer.rest()).startsWith(`HTTP/1.1 ${status} `));
      peer.end();
    });
  }

  test('a peer that breaks a rule gets the close code, and the server keeps working', async (t) => {
    const { client } = await listening(t);
    const bad = client();
    await bad.open();
    bad.write(text('a'), text('b', { mask: null }), text('c'));
    assert.deepEqual(await bad.frames(), ['text "def"', 'close 1002 "unmasked-client-frame"']);
    bad.end();
    const good = client();
    await good.open();
    good.write(text('abc'), close());
    assert.deepEqual(await good.frames(), ['text "def"', 'close']);
    good.end();
  });

  test('closing the server sends 1001 to every peer and waits for their answers', async (t) => {
    const { server, client } = await listening(t);
    const peers = [client(), client()];
    for (const peer of peers) await peer.open();
    assert.equal(server.sockets.size, 2);
    const closed = server.close();
    for (const peer of peers) {
      assert.equal((await peer.bytes(4)).toString('hex'), '880203e9');
      peer.write(close(1001)).end();
    }
    await closed;
    assert.equal(server.sockets.size, 0);
  });

  test('a peer that does not answer the Close is dropped at the deadline', async (t) => {
    const { server, client } = await listening(t);
    const peer = client();
    await peer.open();
    await server.close(1012, 10);
    assert.deepEqual(await peer.frames(), ['close 1012']);
  });

  test('a second close with a shorter deadline applies, and both promises resolve', async (t) => {
    const { server, client } = await listening(t);
    const peer = client();
    await peer.open();
    const patient = server.close(1001, 3_600_000);
    await Promise.all([patient, server.close(1001, 0)]);
    assert.deepEqual(await peer.frames(), ['close 1001']);
  });

  test('listen rejects when the port is in use', async (t) => {
    const { server } = await listening(t);
    const { port } = new URL(server.url);
    const second = createWebSocketServer({ endpoints: {} });
    await assert.rejects(second.listen(Number(port)), { code: 'EADDRINUSE' });
    assert.throws(() => second.url, /call listen\(\) first/);
    await second.close();
  });

  test('an observer sees the handshake, the messages, the frames and the end', async (t) => {
    const seen: string[] = [];
    const { client } = await listening(t, {
      observe: (observation: Observation) => {
        if (observation.type === 'handshake') {
          assert.equal(observation.head, handshake({}, 'GET /echo HTTP/1.1'));
          const { status, accept, bodyLength, response } = observation;
          seen.push(`handshake ${status} ${accept} ${bodyLength} ${response.slice(0, 12)}`);
        } else if (observation.type === 'message')
          seen.push(`message ${observation.message.text()}`);
        else if (observation.type === 'frame') {
          seen.push(`${observation.frame.direction} ${observation.frame.opcode}`);
        } else if (observation.type === 'close') seen.push(`close ${observation.code}`);
        else seen.push(observation.type);
      },
    });
    const peer = client();
    await peer.open({}, '/echo');
    peer.write(text('abc'), close(1000, 'bye'));
    await peer.frames();
    peer.end();
    assert.deepEqual(seen, [
      'connection',
      `handshake 101 ${sampleAccept} 0 HTTP/1.1 101`,
      'received 1',
      'message abc',
      'sent 1',
      'received 8',
      'sent 8',
    ]);
  });
});
