/**
 * What the target's own program saw, where it could be asked (WHATWG WebSockets §4): the events of
 * its API in order. A case states them, or they follow from how its conversation has to end.
 */
import { isDeepStrictEqual } from 'node:util';
import { applyByKind, type ByKind } from '../format/by-kind.ts';
import type { Case } from '../format/case.ts';
import type { Ending } from '../format/ending.ts';
import { alivePayload } from '../format/liveness.ts';
import { bytesOf, describePayload, lengthOf } from '../format/payload.ts';
import { closesCleanly, type ExpectedScriptEvent, failsToConnect } from '../format/program.ts';
import { caseRule } from '../format/rule.ts';
import { itemsOf } from '../format/step.ts';
import type { Conversation } from '../wire/conversation.ts';
import type { ScriptEvent } from '../wire/timeline.ts';
import { opcodes } from '../wire/wire.ts';
import { wrongEvents } from './rules.ts';
import type { Violation } from './violation.ts';

interface WrongView extends Violation {
  /** The program was given up before its end: what it would have seen is not known. */
  readonly isUnfinished?: true;
}

/** The name of the value by which what drives the program says that it waits no longer. */
const unfinished = 'unfinished';

/** @returns undefined if all is well, or if the program cannot be asked */
export function findInProgramView(
  testCase: Case,
  conversation: Conversation,
): WrongView | undefined {
  const events = programEvents(conversation);
  if (events.length === 0) return undefined;
  const stated = testCase.expect.script;
  const expected = stated ?? impliedView(testCase);
  if (!expected) return undefined;
  const seen = stated ? events : events.filter(({ type }) => type !== 'message');
  if (matches(expected, seen)) return undefined;
  // Where the case says nothing of its program, its own section does not either.
  const isOfTheWire = !stated && testCase.document.startsWith('RFC');
  const observed = seen.map(describeSeen).join(', ');
  return {
    rule: isOfTheWire ? wrongEvents : caseRule(testCase, wrongEvents.name),
    where: 'program',
    expected: `the program sees ${expected.map(describeExpected).join(', ')}`,
    observed,
    seen: seen
      .filter(({ type }) => type !== 'message')
      .map(describeSeen)
      .join(', '),
    ...(seen.some(isGivenUp) && { isUnfinished: true }),
  };
}

/** What the program saw, where the case is about that; else undefined. */
export function describeView({ page, expect }: Case, conversation: Conversation) {
  if (page === undefined && !expect.script) return undefined;
  const events = programEvents(conversation);
  if (events.length === 0) return undefined;
  return `the program saw ${events.map(describeSeen).join(', ')}`;
}

const programEvents = ({ events }: Conversation) =>
  events.flatMap((entry) =>
    entry.kind === 'script' && !isProofOfLife(entry.event) ? [entry.event] : [],
  );

/** Messages aside: their echo is on the wire. */
function impliedView({ steps, expect }: Case): readonly ExpectedScriptEvent[] | undefined {
  return expect.orRefused ? undefined : applyByKind(viewByKind, expect.ending, steps);
}

/** Undefined if the ending leaves open what a program sees. */
const viewByKind: ByKind<Ending, [Case['steps']], readonly ExpectedScriptEvent[] | undefined> = {
  normal: ({ orTooBig }) => (orTooBig ? undefined : closesCleanly(1000)),
  closed(_ending, steps) {
    const body = itemsOf(steps).find(
      (item) => item.kind === 'frame' && item.opcode === opcodes.close,
    );
    if (body?.kind !== 'frame') return undefined;
    const payload = Buffer.from(bytesOf(body.payload));
    return closesCleanly(payload.length < 2 ? 1005 : payload.readUInt16BE(0));
  },
  failed: () => [{ type: 'open' }, ...failsToConnect],
  refused: () => failsToConnect,
  pending: () => undefined,
  gone: () => undefined,
  unopened: () => undefined,
  any: () => undefined,
};

function matches(expected: readonly ExpectedScriptEvent[], seen: readonly ScriptEvent[]): boolean {
  const [next, ...rest] = expected;
  if (!next) return seen.length === 0;
  if (seen[0] && isSame(next, seen[0]) && matches(rest, seen.slice(1))) return true;
  return next.optional === true && matches(rest, seen);
}

function isSame(expected: ExpectedScriptEvent, seen: ScriptEvent): boolean {
  switch (expected.type) {
    case 'open':
      return (
        seen.type === 'open' &&
        (expected.protocol === undefined || expected.protocol === seen.protocol)
      );
    case 'error':
      return seen.type === 'error';
    case 'message':
      if (seen.type !== 'message') return false;
      return seen.data
        ? Buffer.from(seen.data).equals(bytesOf(expected.data))
        : seen.length === lengthOf(expected.data);
    case 'close':
      return (
        seen.type === 'close' &&
        (expected.code?.includes(seen.code) ?? true) &&
        (expected.reason ?? seen.reason) === seen.reason &&
        (expected.wasClean ?? seen.wasClean) === seen.wasClean
      );
    case 'value':
      return (
        seen.type === 'value' &&
        seen.name === expected.name &&
        isDeepStrictEqual(seen.value, expected.value)
      );
  }
}

const isGivenUp = (event: ScriptEvent) => event.type === 'value' && event.name === unfinished;

/** The peer's question whether the target is alive is no part of the case. */
const isProofOfLife = (event: ScriptEvent) =>
  event.type === 'message' &&
  event.data !== undefined &&
  Buffer.from(event.data).toString('latin1') === alivePayload;

function describeExpected(event: ExpectedScriptEvent): string {
  const maybe = event.optional ? 'perhaps ' : '';
  switch (event.type) {
    case 'open':
    case 'error':
      return maybe + event.type;
    case 'message':
      return `${maybe}message ${describePayload(event.data)}`;
    case 'close': {
      const { code, reason, wasClean } = event;
      return maybe + describeClose(code?.join(' or '), reason, wasClean);
    }
    case 'value':
      return `${maybe}${event.name}: ${JSON.stringify(event.value)}`;
  }
}

function describeSeen(event: ScriptEvent): string {
  switch (event.type) {
    case 'open':
      return event.protocol ? `open with ${event.protocol}` : 'open';
    case 'error':
      return 'error';
    case 'message':
      return `message ${event.data ? describePayload(Buffer.from(event.data)) : `of ${event.length} bytes`}`;
    case 'close':
      return describeClose(`${event.code}`, event.reason || undefined, event.wasClean);
    case 'value':
      return `${event.name}: ${JSON.stringify(event.value)}`;
  }
}

function describeClose(code?: string, reason?: string, wasClean?: boolean): string {
  const words = [
    'close',
    ...(code === undefined ? [] : [code]),
    ...(reason === undefined ? [] : [JSON.stringify(reason)]),
    ...(wasClean === undefined ? [] : [wasClean ? 'clean' : 'unclean']),
  ];
  return words.join(' ');
}
