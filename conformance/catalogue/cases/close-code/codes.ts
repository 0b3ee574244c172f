import type { Case } from '../../../format/case.ts';
import { rfc6455 } from '../../../format/document.ts';
import { closed, failed, observed } from '../../../format/expectation.ts';
import { bothRoles } from '../../../format/role.ts';
import { close } from '../../../format/step.ts';

const valid = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999];
/**
 * Codes that no endpoint may send (§7.4.1, §7.4.2), then undefined ones. Neither
 * sentence binds a receiver: it validates, and says so as a SHOULD (§10.7).
 */
const never = [0, 999, 1005, 1006];
const undefinedYet = [1004, 1016, 1100, 2000, 2999];
/** As Autobahn numbers them. */
const invalid = [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999];
const outOfRange = [5000, 65_535];

const invalidCode = (code: number): Case => ({
  id: `close-code/invalid-${code}`,
  title: `a Close with the code ${code} fails the connection`,
  level: 'should',
  requirement: never.includes(code)
    ? 'codes below 1000, 1005 and 1006 are not for the wire; invalid data is answered by a fitting code'
    : 'codes from 1000 to 2999 mean what a specification says; one that none defines is invalid',
  ...rfc6455(never.includes(code) ? '10.7' : '7.4.2'),
  against: bothRoles,
  autobahn: [`7.9.${invalid.indexOf(code) + 1}`],
  rule: 'invalid-close-code',
  steps: [close(code)],
  expect: failed(1002),
});

export const closeCodes: readonly Case[] = [
  ...valid.map(
    (code, index): Case => ({
      id: `close-code/valid-${code}`,
      title: `a Close with the code ${code} is answered with that code or 1000`,
      level: 'must',
      requirement: 'a Close frame with a defined code is answered with a Close frame',
      ...rfc6455('5.5.1'),
      against: bothRoles,
      autobahn: [`7.7.${index + 1}`],
      steps: [close(code)],
      expect: closed([...new Set([code, 1000]), 'none']),
    }),
  ),
  ...never.map((code) => invalidCode(code)),
  ...undefinedYet.map((code) => invalidCode(code)),
  ...outOfRange.map(
    (code, index): Case => ({
      id: `close-code/beyond-${code}`,
      title: `a Close with the code ${code}, which is in no range`,
      level: 'may',
      requirement: 'the ranges end at 4999, and no specification defines codes above',
      ...rfc6455('7.4.2'),
      against: bothRoles,
      autobahn: [`7.13.${index + 1}`],
      steps: [close(code)],
      expect: observed(),
    }),
  ),
];
