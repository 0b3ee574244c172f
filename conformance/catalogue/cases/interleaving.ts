/** Every order of two data frames, and of two around a continuation, with and without a ping. */

import type { Case } from '../../format/case.ts';
import { rfc6455 } from '../../format/document.ts';
import {
  answered,
  type ExpectedEvent,
  echoOf,
  failed,
  optional,
  pongOf,
} from '../../format/expectation.ts';
import { bothRoles } from '../../format/role.ts';
import {
  awaits,
  binary,
  continuation,
  type FrameItem,
  ping,
  type Step,
  text,
} from '../../format/step.ts';
import { opcodes } from '../../wire/wire.ts';

const begin = { fin: false } as const;
const kinds = {
  'whole-text': (payload: string) => text(payload),
  'begun-text': (payload: string) => text(payload, begin),
  'whole-binary': (payload: string) => binary(payload),
  'begun-binary': (payload: string) => binary(payload, begin),
  'middle-fragment': (payload: string) => continuation(payload, begin),
  'last-fragment': (payload: string) => continuation(payload),
} as const;
type Kind = keyof typeof kinds;
const all = Object.keys(kinds) as Kind[];
const starts = all.filter((kind) => !kind.endsWith('fragment'));
const begins = starts.filter((kind) => kind.startsWith('begun'));

const words = (kind: Kind) =>
  kind === 'whole-text' ? 'a whole text' : `a ${kind.replace('-', ' ')}`;

/** RFC 6455 §5.4 as a table would say it: what is answered, or undefined where a frame is wrong. */
function answersTo(frames: readonly FrameItem[]): {
  readonly events: readonly ExpectedEvent[];
  readonly isLegal: boolean;
} {
  const events: ExpectedEvent[] = [];
  let open: { readonly opcode: number; payload: string } | undefined;
  for (const { opcode, payload, fin } of frames) {
    if (opcode === opcodes.ping) {
      events.push(pongOf(payload));
      continue;
    }
    if ((opcode === opcodes.continuation) !== (open !== undefined))
      return { events, isLegal: false };
    open = { opcode: open?.opcode ?? opcode, payload: (open?.payload ?? '') + payload };
    if (fin === false) continue;
    events.push(echoOf(open));
    open = undefined;
  }
  return { events, isLegal: true };
}

function interleaving(order: readonly Kind[], withPing: boolean): Case {
  const payloads = ['one', 'two', 'three'];
  const data = order.map((kind, index) => kinds[kind](payloads[index]!));
  const pinged = withPing ? [...data.slice(0, -1), ping('between'), ...data.slice(-1)] : data;
  const { fin } = pinged.at(-1)!;
  const frames = fin === false ? [...pinged, continuation('end')] : pinged;
  const { events, isLegal } = answersTo(frames);
  const [first, ...rest] = order;
  const what = `${words(first!)}, ${rest.map(words).join(', ')}`.replaceAll('fragment', 'part');
  return {
    id: `interleaving/${order.join('-')}${withPing ? '-around-a-ping' : ''}`,
    title: `${what}${withPing ? ' with a ping' : ''}: ${isLegal ? 'answered' : 'fails'}`,
    level: 'must',
    ...rfc6455('5.4'),
    requirement: 'a message is complete before another begins; control frames may come in between',
    against: bothRoles,
    rule: 'bad-fragmentation',
    steps: isLegal ? frames : frames.flatMap(awaitingPongs),
    expect: isLegal
      ? answered(events)
      : failed(1002, { events: events.map((e) => (e.kind === 'pong' ? e : optional(e))) }),
  };
}

/**
 * A target that loses what it reads together with a ping is not one that accepts an invalid frame:
 * a frame that has to fail the connection leaves after the pong, so that it is read on its own.
 */
const awaitingPongs = (frame: FrameItem): readonly Step[] =>
  frame.opcode === opcodes.ping ? [frame, awaits('pong')] : [frame];

export const interleavings: readonly Case[] = [
  ...starts.flatMap((one) =>
    all.flatMap((two) => [interleaving([one, two], false), interleaving([one, two], true)]),
  ),
  ...begins.flatMap((one) => all.map((two) => interleaving([one, 'middle-fragment', two], false))),
];
