import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close, type FrameItem, ping, text } from '../../../format/step.ts';
import { record, server } from '../../../testing/said.ts';
import { readConversation } from '../../../wire/conversation.ts';
import type { Timeline } from '../../../wire/timeline.ts';
import { unaskedIn } from './silence.ts';

/** What a target sends by itself, each so many ms after its response. */
function unasked(frames: readonly (readonly [at: number, frame: FrameItem])[], watchedFor: number) {
  const { entries, ...timeline } = record(frames.map(([, frame]) => server(frame)));
  const timed = entries.map((entry, index) => ({
    ...entry,
    at: index < 2 ? 0 : frames[index - 2]![0],
  }));
  return unaskedIn(readConversation({ ...timeline, entries: timed } as Timeline), watchedFor);
}

test('messages right after the opening are a greeting, and later ones are pushes', () => {
  const { greeting, greetingEnds, pushInterval } = unasked(
    [
      [3, text('welcome')],
      [20, text('to this place')],
      [1000, text('tick')],
      [2000, text('tick')],
      [3000, text('tick')],
    ],
    3500,
  );
  assert.deepEqual(
    { greeting, greetingEnds, pushInterval },
    {
      greeting: 2,
      greetingEnds: 20,
      pushInterval: 1000,
    },
  );
});

test('messages that come until the watch is over are pushes from the first on', () => {
  const every20 = Array.from({ length: 20 }, (_, nth) => [20 * (nth + 1), text('tick')] as const);
  const { greeting, pushInterval } = unasked(every20, 410);
  assert.deepEqual({ greeting, pushInterval }, { greeting: 0, pushInterval: 20 });
  assert.equal(unasked(every20, 3500).greeting, 20);
});

test('pings, and an end by the target, are distinguished from messages', () => {
  const { greeting, pings, firstPing, end } = unasked(
    [
      [5, ping('!')],
      [300, close(4408)],
    ],
    400,
  );
  assert.deepEqual({ greeting, pings, firstPing }, { greeting: 0, pings: 1, firstPing: 5 });
  assert.deepEqual(end, { kind: 'close', code: 4408, after: 300 });
});
