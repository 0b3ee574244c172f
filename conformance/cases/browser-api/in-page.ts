/** Cases whose client is a function of a page: what it came back with, and what the wire shows. */
import {
  answered,
  type CaseInSection,
  clientOnly,
  type Expectation,
  type ExpectedScriptEvent,
  unopened,
} from '../../case.ts';
import type { Check } from '../../judge/checks.ts';
import { type HttpHead, headerValues } from '../../wire/http-head.ts';

const result = (value: unknown): readonly ExpectedScriptEvent[] => [
  { type: 'value', name: 'result', value },
];

type More = Partial<Omit<CaseInSection, 'id' | 'title' | 'page' | 'against' | 'expect'>>;

/** The function opens no connection to us. */
export function withoutConnection(
  id: string,
  title: string,
  requirement: string,
  page: string,
  value: unknown,
): CaseInSection {
  return {
    ...{ id, title, requirement, page },
    level: 'must',
    against: clientOnly,
    alive: 'untested',
    steps: [],
    expect: unopened(result(value)),
  };
}

/** The function opens one; `value` is what it comes back with, undefined for nothing. */
export function withConnection(
  id: string,
  title: string,
  requirement: string,
  page: string,
  { expect = answered([]), value, ...more }: More & { expect?: Expectation; value?: unknown },
): CaseInSection {
  // A function that returns nothing comes through JSON as nothing.
  return {
    level: 'must',
    steps: [],
    ...more,
    ...{ id, title, requirement, page },
    against: clientOnly,
    alive: 'untested',
    expect: { ...expect, script: result(value) },
  };
}

/** A look at the request. */
export function request(
  rule: string,
  expected: string,
  isGood: (head: HttpHead) => boolean,
  shown: string,
): Check {
  return {
    rule,
    document: 'WHATWG WebSockets',
    section: '2',
    expected,
    find({ client: { head } }) {
      if (!head || isGood(head)) return undefined;
      const values = headerValues(head, shown);
      const observed =
        values.length > 0 ? `${shown}: ${values.join(' and ')}` : head.startLine.text;
      return { observed, at: { from: 'client', offset: head.offset, length: head.length } };
    },
  };
}
