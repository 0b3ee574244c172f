import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  binary,
  close,
  continuation,
  describeFrames,
  handshake,
  ping,
  sampleAccept,
  text,
} from '../testing/client.ts';
import {
  converse,
  describeEvent,
  fresh,
  limits,
  opened,
  sharedByNobody,
  takeOutput,
} from '../testing/conversation.ts';
import { Connection } from './connection.ts';
import { parseHead } from './http-head.ts';

const more = { fin: false };
const join = (...parts: Buffer[]) => Buffer.concat(parts);

// --- the handshake ---

test('a handshake is read in any segmentation, and frames after it are not lost', () => {
  const bytes = join(Buffer.from(handshake()), text('early'));
  for (const pieceSize of [1, 2, 3, 50, bytes.length]) {
    const connection = fresh();
    const log: string[] = [];
    let output = '';
    for (let at = 0; at < bytes.length; at += pieceSize) {
      connection.receive(Buffer.from(bytes.subarray(at, at + pieceSize)));
      for (let event = connection.next(); event !== undefined; event = connection.next()) {
        log.push(describeEvent(event));
        if (event.type === 'request') {
          assert.equal(connection.headBytes.toString(), handshake());
          assert.equal(connection.accept(), sampleAccept);
        }
      }
      output += takeOutput(connection).toString('latin1');
    }
    assert.deepEqual(log, ['request /', 'message text "early"']);
    assert.match(
      output,
      /^HTTP\/1.1 101 .*\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\n\r\n$/s,
    );
  }
});

test('bytes that arrive while the request is being decided about are kept', () => {
  const connection = fresh();
  connection.receive(join(Buffer.from(handshake()), text('one').subarray(0, 3)));
  assert.equal(connection.next()?.type, 'request');
  assert.equal(connection.next(), undefined);
  const rest = join(text('one').subarray(3), text('two'));
  connection.receive(rest.subarray(0, 4));
  assert.equal(connection.next(), undefined);
  connection.receive(rest.subarray(4));
  assert.equal(connection.next(), undefined);
  connection.accept();
  const events = [connection.next()!, connection.next()!].map((event) => event.type);
  assert.deepEqual(events, ['message', 'message']);
  assert.equal(connection.next(), undefined);
});

test('a refused handshake is answered once, whatever is pipelined after it', () => {
  for (const pieceSize of [1, 10_000]) {
    const connection = fresh();
    const bytes = Buffer.from(handshake({ 'Sec-WebSocket-Key': 'x' }) + handshake());
    const log: string[] = [];
    for (let at = 0; at < bytes.length; at += pieceSize) {
      connection.receive(Buffer.from(bytes.subarray(at, at + pieceSize)));
      for (let event = connection.next(); event !== undefined; event = connection.next()) {
        log.push(describeEvent(event));
      }
    }
    const output = takeOutput(connection).toString();
    assert.deepEqual(log, ['refused key-invalid']);
    assert.equal(output.split('HTTP/1.1').length, 2);
    assert.match(output, /^HTTP\/1.1 400 Bad Request\r\nConnection: close\r\n/);
    assert.ok(connection.finished);
  }
});

test('a body is never read as frames', () => {
  const connection = fresh();
  connection.receive(join(Buffer.from(handshake({ 'Content-Length': '9' })), text('abc')));
  assert.equal(describeEvent(connection.next()!), 'refused body-in-upgrade');
  assert.equal(connection.next(), undefined);
});

for (const [rule, request] of [
  ['malformed-request-line', 'GET /\r\n\r\n'],
  ['bare-line-feed', 'GET / HTTP/1.1\n\n'],
  ['target-too-long', handshake({}, `GET /${'a'.repeat(1000)} HTTP/1.1`)],
  ['head-too-large', handshake({ X: 'a'.repeat(4096) })],
  ['not-an-upgrade', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['method-not-get', 'HEAD / HTTP/1.1\r\nHost: x\r\n\r\n'],
] as const) {
  test(`${JSON.stringify(request.slice(0, 40))} is refused: ${rule}`, () => {
    const connection = fresh();
    connection.receive(Buffer.from(request));
    assert.equal(describeEvent(connection.next()!), `refused ${rule}`);
    assert.equal(
      takeOutput(connection).toString().endsWith('\r\n\r\n'),
      request.startsWith('HEAD'),
    );
  });
}

test('the owner may refuse a request', () => {
  const connection = fresh();
  connection.receive(Buffer.from(handshake()));
  connection.next();
  connection.refuseFor('no-such-endpoint');
  assert.match(takeOutput(connection).toString(), /^HTTP\/1.1 404 Not Found\r\n/);
  assert.equal(connection.headBytes.toString(), handshake());
});

test('the stream may end at any point', () => {
  const connection = fresh();
  connection.receiveEnd();
  assert.equal(connection.state, 'closed');
  assert.equal(connection.headBytes.length, 0);
  const open = opened();
  open.receiveEnd();
  open.receiveEnd();
  assert.equal(open.state, 'closed');
});

test('a request parsed by another server gets the same answer', () => {
  const connection = fresh();
  const head = parseHead(handshake());
  assert.ok(!('rule' in head));
  assert.equal(describeEvent(connection.receiveRequest(head)), 'request /');
  connection.receive(text('early'));
  assert.equal(connection.next(), undefined);
  assert.equal(connection.accept(), sampleAccept);
  assert.equal(describeEvent(connection.next()!), 'message text "early"');
});

// --- sending ---

test('messages, pings and pongs are sent in order', () => {
  const connection = opened();
  connection.send('abc');
  connection.send(Buffer.from('de'));
  connection.send(new Uint8Array(3));
  connection.ping(Buffer.from('p'));
  connection.ping();
  connection.pong(Buffer.from('q'));
  connection.pong();
  connection.sendPayload(true, Buffer.from('t'), false);
  connection.sendPayload(false, Buffer.from('c'), true);
  assert.deepEqual(describeFrames(takeOutput(connection)), [
    'text "abc"',
    'binary 2',
    'binary 3',
    'ping "p"',
    'ping ""',
    'pong "q"',
    'pong ""',
    'text "t"',
    '(rsv1) binary 1',
  ]);
});

test('a received message can be sent unchanged', () => {
  const connection = opened();
  connection.receive(join(text('é'), binary('abc')));
  for (let event = connection.next(); event !== undefined; event = connection.next()) {
    if (event.type === 'message') connection.send(event);
  }
  assert.deepEqual(describeFrames(takeOutput(connection)), ['text "é"', 'binary 3']);
});

test('sending invalid arguments or in the wrong state throws', () => {
  const connection = opened();
  assert.throws(() => connection.ping(new Uint8Array(126)), /at most 125 bytes, not 126/);
  assert.throws(() => connection.pong(new Uint8Array(126)), /at most 125 bytes, not 126/);
  assert.throws(() => connection.close(1005), /Close code 1005 may not be sent/);
  assert.throws(() => connection.close(1000, 'é'.repeat(62)), /at most 123 bytes, not 124/);
  assert.throws(() => connection.close(undefined, 'x'), /needs a close code/);
  assert.throws(() => connection.accept(), /no request to accept/);
  assert.throws(() => connection.refuseFor('shutting-down'), /No transition/);
  assert.throws(() => fresh().send('x'), /connection is connecting, not open/);
  assert.throws(() => fresh().close(), /handshake is not over/);
  assert.deepEqual(describeFrames(takeOutput(connection)), []);
});

// --- closing ---

test('our Close is sent once and answered; messages in flight still arrive', () => {
  const connection = opened();
  connection.close(1001, 'away');
  connection.close(1000);
  assert.equal(connection.state, 'closeSent');
  assert.throws(() => connection.send('x'), /closeSent, not open/);
  assert.deepEqual(converse(connection, join(text('late'), ping('x'), close(1001), text('x'))), {
    events: ['message text "late"', 'ping "x"', 'close 1001 ""'],
    // RFC 6455 §5.5.2: a ping must be answered until the peer's Close has arrived.
    sent: ['close 1001 "away"', 'pong "x"'],
    state: 'closed',
  });
});

test('the closing handshake is complete only after a Close in each direction', () => {
  const ours = opened();
  ours.close(1000);
  assert.equal(ours.closingHandshakeCompleted, false);
  converse(ours, close(1000));
  assert.equal(ours.closingHandshakeCompleted, true);

  const theirs = opened();
  converse(theirs, close(1000));
  assert.equal(theirs.closingHandshakeCompleted, true);

  const unanswered = opened();
  unanswered.delaysClose = true;
  converse(unanswered, close(1000));
  unanswered.receiveEnd();
  assert.equal(unanswered.state, 'closed');
  assert.equal(unanswered.closingHandshakeCompleted, false);

  const failed = opened();
  converse(failed, join(text('x', { mask: null }), close(1002)));
  assert.equal(failed.closingHandshakeCompleted, false);
});

test('a rule broken after our Close causes no second Close', () => {
  const connection = opened();
  connection.close();
  assert.deepEqual(converse(connection, text('x', { mask: null })), {
    events: ['failed unmasked-client-frame'],
    sent: ['close'],
    state: 'closed',
  });
});

test('the answer to a Close may wait for queued messages', () => {
  for (const code of [undefined, 3000]) {
    const connection = opened();
    connection.delaysClose = true;
    const after = converse(connection, join(close(code, 'bye'), ping('late')));
    const event = code === undefined ? 'close 1005 ""' : 'close 3000 "bye"';
    assert.deepEqual(after, { events: [event], sent: [], state: 'closeReceived' });
    assert.deepEqual(converse(connection, text('later')).events, []);
    connection.sendPayload(true, Buffer.from('x'), false);
    connection.answerClose();
    connection.answerClose();
    // The code is echoed; the reason is not.
    assert.deepEqual(describeFrames(takeOutput(connection)), [
      'text "x"',
      code === undefined ? 'close' : 'close 3000',
    ]);
    assert.equal(connection.state, 'closed');
  }
});

test('unread bytes are kept when their memory is reused', () => {
  const connection = opened();
  const memory = join(text('one'), text('two'), text('three'));
  connection.receive(memory);
  assert.equal(describeEvent(connection.next()!), 'message text "one"');
  connection.keepRest();
  memory.fill(0);
  assert.equal(describeEvent(connection.next()!), 'message text "two"');
  assert.equal(describeEvent(connection.next()!), 'message text "three"');
  assert.equal(connection.next(), undefined);
  fresh().keepRest();
});

test('an observer sees the frames', () => {
  const frames: string[] = [];
  const connection = new Connection(sharedByNobody(limits), (frame) =>
    frames.push(`${frame.direction} ${frame.opcode} ${frame.length}`),
  );
  connection.receive(Buffer.from(handshake()));
  connection.next();
  connection.accept();
  connection.receive(join(text('abc', more), ping('p'), continuation('d')));
  for (let event = connection.next(); event !== undefined; event = connection.next()) {
    if (event.type === 'message') connection.send(event);
  }
  connection.send('é');
  connection.send(new Uint8Array(3));
  connection.close(1000);
  assert.deepEqual(frames, [
    'received 1 3',
    'received 9 1',
    'sent 10 1',
    'received 0 1',
    'sent 1 4',
    'sent 1 2',
    'sent 2 3',
    'sent 8 2',
  ]);
});
