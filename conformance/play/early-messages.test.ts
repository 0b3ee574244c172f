/** A client whose first message arrives together with its request. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answered } from '../format/expectation.ts';
import { plainRequest, writeHead } from '../format/handshake.ts';
import { madeCase } from '../testing/made-case.ts';
import type { Channel } from '../transport/channel.ts';
import { channelPair } from '../transport/memory-channel.ts';
import { writeFrame } from '../wire/wire.ts';
import { Peer } from './peer.ts';
import { playAsServer } from './player.ts';

const request = writeHead(
  { lines: plainRequest },
  { target: '/', host: 'a', key: 'dGhlIHNhbXBsZSBub25jZQ==' },
);

/** Sends a request and a message in one write, and ends once the other end has closed. */
function sendAtOnce(client: Channel): void {
  const maskKey = Uint8Array.of(1, 2, 3, 4);
  client.open({
    bytes: () => {},
    ended: () => client.end('fin'),
    failed: () => {},
    drained: () => {},
    closed: () => {},
  });
  const frame = writeFrame({ opcode: 1, payload: Buffer.from('at once'), maskKey });
  client.write(Buffer.concat([request, frame]));
}

test('a message that arrives with the request of a client counts for the case', async () => {
  const [server, client] = channelPair();
  sendAtOnce(client);
  const expect = answered([{ kind: 'text', payload: 'at once' }]);
  const testCase = madeCase({ alive: 'untested', against: ['client'], expect });
  const options = { timeout: 1000, grace: 20, echo: true, seed: 'early' };
  const { conversation } = await playAsServer(testCase, new Peer(server, 'server'), options);
  assert.deepEqual(
    conversation.client.messages.map(({ data }) => Buffer.from(data!).toString()),
    ['at once'],
  );
  // It waits for nothing more, and closes.
  assert.equal(conversation.server.close?.code, 1000);
});
