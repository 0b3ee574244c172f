/**
 * A case in the words of an application that echoes nothing: its messages say what the application
 * answers, and that some message answers them is what is expected. What a case is about stays: its
 * frames, their masks and limits, and the octets that have to be, or may not be, UTF-8.
 */
import { isUtf8 } from 'node:buffer';
import { opcodes } from '../wire/wire.ts';
import { type ApplicationMessage, frameOf } from './application-message.ts';
import { Vocabulary } from './carrier.ts';
import type { Case } from './case.ts';
import {
  contentOf,
  type DataUnit,
  dataUnitsIn,
  hasFixedSize,
  isFragmented,
  sizeOf,
} from './data-units.ts';
import type { ExpectedEvent } from './expectation.ts';
import { matchesPattern } from './id-pattern.ts';
import { isMessage } from './match.ts';
import { bytesOf, lengthOf } from './payload.ts';
import type { FrameItem, Item, MessageItem, Step } from './step.ts';
import type { TargetProfile } from './target-profile.ts';

export interface AdaptedCase {
  readonly testCase: Case;
  /** The application understands every message of the case, as far as that is good. */
  readonly isUnderstood: boolean;
}

/** What a case is about, by patterns of its id: the words that it may not have in another form. */
export const casesAbout = {
  /** The size of a message. */
  size: ['length/*', 'volume/*', 'limits/*', 'masking/payload-of-*', 'masking/ping-of-*'],
  emptyMessages: ['*empty*', '*-of-0', '*-of-0-*'],
  /** What a message is compressed to. */
  compression: ['deflate*'],
  /** Messages of either type, unless the id names one. */
  eitherType: ['handshake*', 'fragmentation/*', 'ping/*', 'pong/*', 'clos*', 'segments/*'],
  oneType: ['*text*', '*binary*'],
} as const;

const isAbout = (what: keyof typeof casesAbout, id: string) =>
  casesAbout[what].some((pattern) => matchesPattern(pattern, id));

/** @returns undefined if nothing of the case can be said in the words of the application */
export function adaptCase(testCase: Case, profile: TargetProfile): AdaptedCase | undefined {
  const { echo, message, behaviour, inits = [] } = profile;
  if (echo || !message || !behaviour || isAbout('compression', testCase.id)) return undefined;
  if (testCase.handshake?.coalesced && inits.length > 0) return undefined;
  const units = dataUnitsIn(testCase.steps);
  if (!units || units.length === 0 || units.length > mostMessages) return undefined;
  const vocabulary = new Vocabulary(message, behaviour);
  const said = units.map((unit) => inWordsOf(vocabulary, unit, testCase.id));
  if (needsAnswer(testCase.expect.events) && !isTolerated(vocabulary, units, said)) {
    return undefined;
  }
  const isUnderstood = said.every((items) => items !== undefined);
  const most = vocabulary.isEachAnswered ? mostAnswers : 1;
  const answers = units.flatMap(({ isComplete }, index) =>
    isComplete ? [said[index] !== undefined] : [],
  );
  const events = expectAnswers(testCase.expect.events, answers, most);
  if (!events) return undefined;
  const replaced = replacements(units, said);
  const steps = testCase.steps.map((step) => replaceIn(step, replaced));
  const adapted = { ...testCase, steps, expect: { ...testCase.expect, events } };
  if (!needsAnswer(testCase.expect.events) || needsAnswer(events)) {
    return { testCase: adapted, isUnderstood };
  }
  const withLast = withLastMessage(adapted, message);
  return withLast && { testCase: withLast, isUnderstood };
}

const needsAnswer = (events: readonly ExpectedEvent[]) =>
  events.some((event) => isMessage(event) && !event.optional);

/** The items of each unit in the words of the application, where it has any. */
type Said = readonly (readonly Item[] | undefined)[];

/** Whether the target stays even if it does not understand some of the messages. */
const isTolerated = (vocabulary: Vocabulary, units: readonly DataUnit[], said: Said) =>
  units.every(
    (unit, index) =>
      said[index] !== undefined ||
      vocabulary.tolerates(unit.type, isFragmented(unit), sizeOf(unit) === 0),
  );

function replacements(units: readonly DataUnit[], said: Said): ReadonlyMap<Item, Item> {
  const replaced = new Map<Item, Item>();
  for (const [index, { items }] of units.entries()) {
    for (const [nth, item] of items.entries()) {
      const instead = said[index]?.[nth];
      if (instead) replaced.set(item, instead);
    }
  }
  return replaced;
}

/** An unknown message need not be answered; one that is understood has to be, if it comes after it. */
function withLastMessage(testCase: Case, message: ApplicationMessage): Case | undefined {
  const { steps, expect } = testCase;
  if (expect.ending.kind !== 'normal' || steps.some(({ kind }) => kind === 'end')) return undefined;
  const last = { kind: message.type, payload: message.payload, anyMessage: true } as const;
  return {
    ...testCase,
    steps: [...steps, frameOf(message)],
    expect: { ...expect, events: [...expect.events, last] },
  };
}

/** @returns the items with other payloads; undefined if the application would not understand them */
function inWordsOf(
  vocabulary: Vocabulary,
  unit: DataUnit,
  id: string,
): readonly (FrameItem | MessageItem)[] | undefined {
  const { type, items } = unit;
  const other = type === 'text' ? 'binary' : 'text';
  if (!vocabulary.knows(type)) {
    if (!vocabulary.knows(other) || !isAboutAnyType(id) || isAboutText(unit)) return undefined;
    const [first, ...rest] = items as [FrameItem | MessageItem, ...DataUnit['items']];
    if (first.opcode !== opcodes[type]) return undefined;
    const changed = [{ ...first, opcode: opcodes[other] }, ...rest];
    return inWordsOf(vocabulary, { ...unit, type: other, items: changed }, id);
  }
  if (isFragmented(unit) && !vocabulary.isTakenInFragments) return undefined;
  const size = sizeOf(unit);
  if (size === 0 && !isAbout('emptyMessages', id) && !items.some(hasFixedSize)) {
    return items.map((item, index) =>
      index === 0 ? { ...item, payload: vocabulary.plain } : item,
    );
  }
  if (isAbout('size', id) || size > largest || items.some(hasFixedSize)) {
    const whole = isAboutText(unit) ? undefined : vocabulary.ofLength(size);
    return whole && cutLike(items, whole);
  }
  if (size === 0) return undefined;
  if (isAboutText(unit)) {
    const carrier = vocabulary.around(contentOf(unit));
    if (!carrier) return undefined;
    return items.map((item, index) => ({
      ...item,
      payload: Buffer.concat([
        ...(index === 0 ? [carrier.before] : []),
        bytesOf(item.payload),
        ...(index === items.length - 1 ? [carrier.after] : []),
      ]),
    }));
  }
  return spread(items, vocabulary.ofLength(size) ?? vocabulary.plain);
}

/** Whether a case is about messages of either type. */
const isAboutAnyType = (id: string) => isAbout('eitherType', id) && !isAbout('oneType', id);

/** An application may limit how often it is asked, and how much it answers. */
const mostMessages = 60;
const mostAnswers = 10;

/** A text of that size is about its amount, whatever it says. */
const largest = 4096;

/** Whether it matters which octets a text has: any other ASCII would do just as well. */
function isAboutText(unit: DataUnit): boolean {
  if (unit.type !== 'text' || sizeOf(unit) > largest) return false;
  const content = contentOf(unit);
  return !isUtf8(content) || content.some((octet) => octet > 0x7f || octet < 0x20);
}

/** The same cuts: `whole` is as long as the items together. */
function cutLike(items: DataUnit['items'], whole: Uint8Array): DataUnit['items'] {
  let start = 0;
  return items.map((item) => {
    const end = start + lengthOf(item.payload);
    const payload = whole.subarray(start, end);
    start = end;
    return { ...item, payload };
  });
}

/** About equal parts; what was empty stays empty. */
function spread(items: DataUnit['items'], whole: Uint8Array): DataUnit['items'] {
  const parts = items.filter(({ payload }) => lengthOf(payload) > 0).length;
  let nth = 0;
  return items.map((item) => {
    if (lengthOf(item.payload) === 0) return item;
    const start = Math.round((nth * whole.length) / parts);
    nth += 1;
    return { ...item, payload: whole.subarray(start, Math.round((nth * whole.length) / parts)) };
  });
}

function replaceIn(step: Step, replaced: ReadonlyMap<Item, Item>): Step {
  if (step.kind === 'segments') {
    return { ...step, items: step.items.map((item) => replaced.get(item) ?? item) };
  }
  return replaced.get(step as Item) ?? step;
}

/**
 * Some message answers each one that is understood, and may answer any other.
 * @param isUnderstood of each complete message, in order
 */
function expectAnswers(
  events: readonly ExpectedEvent[],
  isUnderstood: readonly boolean[],
  most: number,
): readonly ExpectedEvent[] | undefined {
  const owed = events.filter(isMessage).length;
  if (owed > isUnderstood.length) return undefined;
  let nth = 0;
  let owedSoFar = 0;
  return events.map((event) => {
    if (!isMessage(event)) return event;
    const isOwed = isUnderstood[nth]! && owedSoFar < most;
    if (isOwed) owedSoFar += 1;
    nth += 1;
    return { ...event, anyMessage: true, ...(!isOwed && { optional: true }) };
  });
}
