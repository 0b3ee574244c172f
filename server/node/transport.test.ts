import assert from 'node:assert/strict';
import { Duplex } from 'node:stream';
import { test } from 'node:test';
import { StreamTransport, type TransportOwner } from './transport.ts';

test('memory is released when its last write has been flushed, and not before', async () => {
  const leave: (() => void)[] = [];
  const slow = new Duplex({
    read() {},
    write: (_chunk, _encoding, left) => void leave.push(left),
  });
  let drained = 0;
  const owner = { drained: () => (drained += 1) } as unknown as TransportOwner;
  const transport = new StreamTransport(slow, owner);
  assert.equal(transport.write([Buffer.from('one')]), false);
  assert.equal(transport.write([Buffer.from('two'), Buffer.from('three')]), false);
  assert.equal(transport.bufferedBytes, 11);
  for (const after of [0, 0, 1]) {
    leave.shift()!();
    await new Promise(setImmediate);
    assert.equal(drained, after);
  }
  assert.equal(transport.bufferedBytes, 0);
});
