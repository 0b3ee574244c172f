import assert from 'node:assert/strict';
import { test } from 'node:test';
import { handshake } from '../testing/client.ts';
import { SlowTransport, serverSide } from '../testing/slow-transport.ts';
import { Handshaking } from './handshaking.ts';

for (const [what, request, status] of [
  ['the protocol', handshake({ 'Sec-WebSocket-Key': 'x' }), 400],
  ['the decision', handshake(), 404],
] as const) {
  // RFC 9112 §9.6: whoever sends "Connection: close" ends the connection behind the response.
  test(`what ${what} refuses is told so, and TCP is ended at once`, () => {
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
    // What still arrives is read and thrown away.
    assert.deepEqual(transport.calls, ['end', 'resume']);
    connection.received(bytes, bytes.length);
    assert.deepEqual(transport.calls, ['end', 'resume']);
    // Who does not end the connection is dropped.
    server.clock.now += server.limits.closeTimeout;
    connection.checkTime();
    assert.deepEqual(transport.calls, ['end', 'resume', 'destroy']);
  });
}
