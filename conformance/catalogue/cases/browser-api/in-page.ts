/** Cases whose client is a function of a page: what it came back with, and what the wire shows. */

import { type CaseInSection, clientOnly } from '../../../format/case.ts';
import type { Check } from '../../../format/check.ts';
import { answered, type Expectation, unopened } from '../../../format/expectation.ts';
import type { ExpectedScriptEvent } from '../../../format/program.ts';
import { type HttpHead, headerValues } from '../../../wire/http-head.ts';

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
  more: More = {},
): CaseInSection {
  return {
    level: 'must',
    ...more,
    ...{ id, title, requirement, page },
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

/** A look at the request; what it stands on is the section of its case where it is another. */
export function request(
  rule: string,
  expected: string,
  isGood: (head: HttpHead) => boolean,
  shown: string,
  { document, section }: Pick<Check, 'document' | 'section'> = {
    document: 'WHATWG WebSockets',
    section: '2.2',
  },
): Check {
  return {
    rule,
    document,
    section,
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

/** A header of the request that has to be this and nothing else; undefined where it must be absent. */
export function header(
  rule: string,
  name: string,
  value: string | undefined,
  from?: Pick<Check, 'document' | 'section'>,
): Check {
  const expected = value === undefined ? `no ${name}` : `${name}: ${value}`;
  const isGood = (head: HttpHead) => {
    const values = headerValues(head, name);
    return value === undefined ? values.length === 0 : values.length === 1 && values[0] === value;
  };
  return request(rule, expected, isGood, name, from);
}
