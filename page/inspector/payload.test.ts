import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FrameEvent } from '../../inspector/session-events.ts';
import { describePayload, fromHex, toHex } from './payload.ts';

test('a payload is described by its type', () => {
  const describe = ({ payload = '', ...changes }: Partial<FrameEvent>) =>
    describePayload({
      opcode: 1,
      rsv1: false,
      payload,
      payloadLength: payload.length / 2,
      ...changes,
    });
  assert.equal(describe({ payload: '616263' }), '“abc”');
  assert.equal(describe({ payload: 'ff00' }), 'ff 00');
  assert.equal(describe({ opcode: 2, payload: '616263' }), '61 62 63');
  assert.equal(describe({ payload: '6162', payloadLength: 9000 }), '“ab” …');
  // Cut inside a character.
  assert.equal(describe({ payload: '61e2', payloadLength: 9000 }), '“a” …');
  assert.equal(describe({ opcode: 8, payload: '' }), 'no code');
  assert.equal(describe({ opcode: 8, payload: '03e8627965' }), '1000 “bye”');
  assert.equal(describe({ payload: '616263', rsv1: true }), '61 62 63');
});

test('hex converts both ways', () => {
  assert.equal(toHex(fromHex('00ff10')), '00ff10');
});
