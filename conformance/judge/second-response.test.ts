import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytes, text } from '../format/step.ts';
import { record, server } from '../testing/said.ts';
import { readConversation } from '../wire/conversation.ts';
import { noSecondResponse } from './second-response.ts';

const response = 'HTTP/1.1 400 Bad Request\r\n\r\n';
const find = (payload: string, target: 'server' | 'client' = 'server') =>
  noSecondResponse.find(readConversation(record([server(bytes(payload))])), target);

test('a second response is found, whether or not it is long enough for a frame', () => {
  for (const payload of [response, response.padEnd(200, 'x')]) {
    assert.equal(find(payload)?.observed, 'a second HTTP response after the 101');
  }
});

test('other bytes, and frames, are no response; a client sends none', () => {
  assert.equal(find('HTTQ/1.1 400 Bad Request\r\n\r\n'), undefined);
  assert.equal(find('HTTP'), undefined);
  assert.equal(find(response, 'client'), undefined);
  const frames = readConversation(record([server(text('HTTP/1.1'))]));
  assert.equal(noSecondResponse.find(frames, 'server'), undefined);
});
