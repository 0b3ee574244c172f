/** A compression fault is reported as one cause, regardless of what a case sent and compared. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answered, echoOf } from '../format/expectation.ts';
import { plainRequest, plainResponse } from '../format/handshake.ts';
import { close, text } from '../format/step.ts';
import { client, fin, judged, type Said, server } from '../testing/said.ts';
import { MessageDeflater } from '../wire/deflate.ts';

const words = 'a message that is long enough to be referred to';

const agreeing = (parameters = '') => ({
  request: [...plainRequest, 'Sec-WebSocket-Extensions: permessage-deflate'],
  response: [...plainResponse, `Sec-WebSocket-Extensions: permessage-deflate${parameters}`],
});

/** Messages as one side sends them, with its own window. */
function compressing(contextTakeover: boolean, windowBits = 15) {
  const deflater = new MessageDeflater(windowBits, contextTakeover);
  return (message: string) => text(deflater.compress(Buffer.from(message)), { rsv1: true });
}

const twice = answered([echoOf(text(words)), echoOf(text(words))]);

function afterOneEcho(ending: readonly Said[], parameters?: string) {
  const sends = compressing(true);
  const said = [client(sends(words)), server(text(words)), client(sends(words)), ...ending];
  return judged(twice, said, agreeing(parameters));
}

test('a second message that needs the window of the first, and ends it all, names the window', () => {
  for (const ending of [[fin], [server(close(1007)), fin], [server(close(1011)), fin]]) {
    const { verdict, rule, reference, cause } = afterOneEcho(ending);
    assert.deepEqual([verdict, rule, reference], ['fail', 'window-not-kept', 'RFC 7692 §7.2.2']);
    assert.equal(cause?.seen, 'the window was not kept');
  }
});

test('a message that needs no window, or the first, is missed for itself', () => {
  const plain = compressing(false);
  const said = [client(plain(words)), server(text(words)), client(plain(words)), fin];
  assert.equal(judged(twice, said, agreeing()).rule, 'missing-answer');
  assert.equal(judged(twice, [client(plain(words)), fin], agreeing()).rule, 'missing-answer');
  // The harness, too, would be wrong to use a window that was to be reset.
  assert.equal(afterOneEcho([fin], '; client_no_context_takeover').rule, 'missing-answer');
});

test('what cannot be inflated says which promise was not kept', () => {
  const random = Buffer.from(Array.from({ length: 600 }, (_, n) => (n * n * 31 + n * 7) % 251));
  const far = `${random.toString('base64')}${words}${random.toString('base64')}`;
  const seenOf = (parameters: string, ...messages: ReturnType<typeof text>[]) => {
    const said = messages.map((message) => server(message));
    return judged(twice, [client(text(words)), ...said, fin], agreeing(parameters)).cause?.seen;
  };
  const kept = compressing(true);
  assert.equal(
    seenOf('; server_no_context_takeover', kept(words), kept(words)),
    'a context that was to be reset is used',
  );
  assert.equal(
    seenOf('; server_max_window_bits=9', compressing(false)(far)),
    'the window is larger than was agreed',
  );
  const noise = text(Buffer.from('0600', 'hex'), { rsv1: true });
  assert.equal(seenOf('', noise), 'invalid block type');
});

test('a context and a window that are both not as agreed are named together', () => {
  const random = Buffer.from(Array.from({ length: 600 }, (_, n) => (n * n * 31 + n * 7) % 251));
  const filler = random.toString('base64');
  const sends = compressing(true);
  const messages = [sends(words), sends(`${filler}${words}`), sends(words)].map(server);
  const parameters = '; server_no_context_takeover; server_max_window_bits=9';
  const { cause } = judged(twice, [client(text(words)), ...messages, fin], agreeing(parameters));
  assert.equal(cause?.seen, 'context and window are not as agreed');
});

test('a message of the harness that cannot be inflated says nothing about the window', () => {
  const noise = text(Buffer.from('0600', 'hex'), { rsv1: true });
  const said = [client(compressing(true)(words)), server(text(words)), client(noise), fin];
  assert.equal(judged(twice, said, agreeing()).rule, 'missing-answer');
});
