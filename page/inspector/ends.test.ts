import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SessionEvent } from '../../inspector/session-events.ts';
import { transitions } from '../../server/protocol/states.ts';
import { move } from './ends.ts';

type Step = Partial<SessionEvent> & { kind: SessionEvent['kind'] };

/** The states after each step, as `client/server`. */
function walk(...steps: Step[]): string[] {
  let states = { client: 'connecting', server: 'connecting' };
  return steps.map((step) => {
    states = move(transitions, states, step as SessionEvent);
    return `${states.client}/${states.server}`;
  });
}

const accepted = { kind: 'head', from: 'server', status: 101 } as const;
const closeOf = (from: 'client' | 'server') => ({ kind: 'frame', from, opcode: 8 }) as const;

test('both ends go through a closing handshake started by either', () => {
  const steps = [accepted, closeOf('client'), closeOf('server')];
  assert.deepEqual(walk(...steps), ['open/open', 'closeSent/closeReceived', 'closed/closed']);
  const mirrored = [accepted, closeOf('server'), closeOf('client')];
  assert.deepEqual(walk(...mirrored), ['open/open', 'closeReceived/closeSent', 'closed/closed']);
});

test('an interim response changes nothing, and a refusal closes both ends', () => {
  const interim = { kind: 'head', from: 'server', status: 103 } as const;
  const refused = { kind: 'head', from: 'server', status: 403 } as const;
  assert.deepEqual(walk(interim, refused), ['connecting/connecting', 'closed/closed']);
});

test('a stream that ends without Close ends the connection for both', () => {
  for (const kind of ['fin', 'rst'] as const) {
    assert.deepEqual(walk(accepted, { kind, from: 'client' }), ['open/open', 'closed/closed']);
  }
});

test('messages and the head of the request change no state', () => {
  const request = { kind: 'head', from: 'client' } as const;
  const text = { kind: 'frame', from: 'client', opcode: 1 } as const;
  assert.deepEqual(walk(request, accepted, text), [
    'connecting/connecting',
    'open/open',
    'open/open',
  ]);
});
