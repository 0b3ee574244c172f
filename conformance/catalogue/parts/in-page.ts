/** Cases whose client is a function of a page: what it returned, and what the wire shows. */

import type { Case } from '../../format/case.ts';
import type { Check, Reference } from '../../format/check.ts';
import { answered, type Expectation, unopened } from '../../format/expectation.ts';
import type { ExpectedScriptEvent } from '../../format/program.ts';
import { clientOnly } from '../../format/role.ts';

const result = (value: unknown): readonly ExpectedScriptEvent[] => [
  { type: 'value', name: 'result', value },
];

type More = Pick<Case, 'document' | 'section'> &
  Partial<Omit<Case, 'id' | 'title' | 'page' | 'against' | 'expect'>>;

/** The function opens no connection to us. */
export function withoutConnection(
  id: string,
  title: string,
  requirement: string,
  page: string,
  value: unknown,
  more: More,
): Case {
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
): Case {
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

/** A header of the request that must have this value; without one it must be absent. */
export function header(
  rule: string,
  name: string,
  value?: string,
  reference: Reference = { document: 'WHATWG WebSockets', section: '2.2' },
): Check {
  return { kind: 'requestHeader', rule, name, ...(value !== undefined && { value }), ...reference };
}
