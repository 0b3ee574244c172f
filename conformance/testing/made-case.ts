/** A case with arbitrary content, for tests that need only a part of it. */

import type { Case } from '../format/case.ts';
import { answered } from '../format/expectation.ts';
import { bothRoles } from '../format/role.ts';

export function madeCase(part: Partial<Case> = {}): Case {
  return {
    id: 'test/case',
    title: 'a case',
    level: 'must',
    document: 'RFC 6455',
    section: '5.4',
    requirement: 'something',
    against: bothRoles,
    steps: [],
    expect: answered([]),
    ...part,
  };
}
