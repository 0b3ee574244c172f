import assert from 'node:assert/strict';
import { test } from 'node:test';
import { handshake } from '../testing/client.ts';
import { SlowTransport, serverSide } from '../testing/slow-transport.ts';
import { Handshaking } from './handshaking.ts';
import type { Decision } from './server-side.ts';

for (const [what, request, status] of [
  ['the protocol', handshake({ 'Sec-WebSocket-Key': 'x' }), 400],
  ['the decision', handshake(), 404],
] as const) {
  // RFC 9112 §9.6: a server that sends "Connection: close" ends the connection after the response.
  test(`a request that ${what} refuses gets a response, and TCP is ended at once`, () => {
    const server = serverSide({});
    const connection = new Handshaking(server, 1);
    const transport = new SlowTransport();
    transport.owner = connection;
    connection.start(transport);
    const bytes = Buffer.from(request + handshake());
    connection.received(bytes, bytes.length);
    const written = Buffer.concat(transport.written).toString('latin1');
    assert.match(written, new RegExp(`^HTTP/1.1 ${status} .*\r\nConnection: close\r\n`));
    assert.equal(written.split('HTTP/1.1').length, 2);
    // What still arrives is read and discarded.
    assert.deepEqual(transport.calls, ['end', 'resume']);
    connection.received(bytes, bytes.length);
    assert.deepEqual(transport.calls, ['end', 'resume']);
    // A peer that does not end the connection is dropped.
    server.clock.now += server.limits.closeTimeout;
    connection.checkTime();
    assert.deepEqual(transport.calls, ['end', 'resume', 'destroy']);
  });
}

/** A connection whose request is being decided about, and the means to decide. */
function deciding() {
  let answer: (decision: Decision) => void = () => {};
  const decision = new Promise<Decision>((resolve) => {
    answer = resolve;
  });
  const server = serverSide({}, { decide: () => decision });
  const connection = new Handshaking(server, 1);
  const transport = new SlowTransport();
  transport.owner = connection;
  connection.start(transport);
  const bytes = Buffer.from(handshake());
  connection.received(bytes, bytes.length);
  return { server, connection, transport, answer };
}

const accepted: Decision = { behaviour: {}, subprotocol: undefined, headers: undefined };

test('a peer is not read until its request has been decided', async () => {
  const { transport, answer } = deciding();
  assert.deepEqual(transport.calls, ['pause']);
  answer(accepted);
  await new Promise(setImmediate);
  assert.deepEqual(transport.calls, ['pause', 'resume']);
  assert.match(Buffer.concat(transport.written).toString('latin1'), /^HTTP\/1.1 101 /);
});

test('a decision after the connection has ended is ignored', async () => {
  const gone = deciding();
  gone.connection.closed();
  const late = deciding();
  late.server.clock.now += late.server.limits.handshakeTimeout;
  late.connection.checkTime();
  for (const { answer } of [gone, late]) answer(accepted);
  await new Promise(setImmediate);
  assert.deepEqual(gone.transport.written, []);
  const written = Buffer.concat(late.transport.written).toString('latin1');
  assert.match(written, /^HTTP\/1.1 408 /);
  assert.equal(written.split('HTTP/1.1').length, 2);
});
