import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close, ping, pong } from '../format/step.ts';
import { client, record, server } from '../testing/said.ts';
import { readConversation } from '../wire/conversation.ts';
import { closeReason, pingAnswered } from './frame-checks.ts';

test('a Ping is answered by a Pong of the target with its payload', () => {
  const said = [server(ping('p')), client(pong('p')), client(ping('q')), server(pong('other'))];
  const conversation = readConversation(record(said));
  assert.equal(pingAnswered('p').find(conversation, 'client'), undefined);
  assert.equal(pingAnswered('p').find(conversation, 'server')?.observed, 'no such pong');
  assert.equal(pingAnswered('q').find(conversation, 'server')?.observed, 'no such pong');
});

test('the reason of a Close of the client is compared; without a Close it is empty', () => {
  const find = (reason: string, ...said: Parameters<typeof record>[0]) =>
    closeReason(reason).find(readConversation(record(said)), 'client')?.observed;
  assert.equal(find('bye', client(close(1000, 'bye'))), undefined);
  assert.equal(find('bye', client(close(1000, 'by'))), '"by"');
  assert.equal(find('bye'), '""');
  assert.equal(find(''), undefined);
});
