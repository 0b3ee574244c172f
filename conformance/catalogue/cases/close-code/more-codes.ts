import type { Case } from '../../../format/case.ts';
import { rfc6455 } from '../../../format/document.ts';
import { closed, failed, observed } from '../../../format/expectation.ts';
import { hex } from '../../../format/payload.ts';
import { bothRoles } from '../../../format/role.ts';
import { close } from '../../../format/step.ts';

const registered = [1012, 1013, 1014];
const free = [3001, 3500, 4001, 4500];
const unsendable = [1, 15, 125, 256, 998, 1015];
const undefinedYet = [1017, 1500, 1999, 2001, 2500];
const undefinedCodes = [5001, 10_000, 32_768, 65_534];

export const moreCloseCodes: readonly Case[] = [
  ...[...registered, ...free].map(
    (code): Case => ({
      id: `close-code/${registered.includes(code) ? 'registered' : 'free'}-${code}`,
      title: `a Close with ${code} is answered, and TCP ends`,
      level: free.includes(code) ? 'must' : 'should',
      ...rfc6455(free.includes(code) ? '5.5.1' : '7.4.2'),
      requirement: free.includes(code)
        ? 'a Close with a code of 3000 to 4999 is answered like any other'
        : 'codes that were registered since are good in a Close frame',
      against: bothRoles,
      rule: 'good-close-code-refused',
      steps: [close(code)],
      expect: closed([1000, code, 'none']),
    }),
  ),
  ...[...unsendable, ...undefinedYet].map(
    (code): Case => ({
      id: `close-code/unsendable-${code}`,
      title: `a Close with ${code} fails the connection`,
      // What binds a sender (§7.4.1) binds a receiver to validate, and to say so as a SHOULD.
      level: 'should',
      ...rfc6455(unsendable.includes(code) ? '10.7' : '7.4.2'),
      requirement: unsendable.includes(code)
        ? 'codes below 1000, and 1015, are not for the wire; invalid data is answered by a fitting code'
        : 'codes from 1000 to 2999 mean what a specification says; one that none defines is invalid',
      against: bothRoles,
      rule: 'invalid-close-code',
      steps: [close(code)],
      expect: failed(1002),
    }),
  ),
  ...undefinedCodes.map(
    (code): Case => ({
      id: `close-code/undefined-${code}`,
      title: `a Close with ${code}, which no range holds`,
      level: 'may',
      ...rfc6455('7.4.2'),
      requirement: 'no specification defines codes beyond 4999',
      against: bothRoles,
      steps: [close(code)],
      expect: observed(),
    }),
  ),
  ...(
    [
      ['of-a-valid-code', hex('03'), 'the first half of a good code'],
      ['of-zero', hex('00'), 'a zero'],
      ['of-ff', hex('ff'), 'ff'],
    ] as const
  ).map(
    ([id, payload, what]): Case => ({
      id: `close-code/one-byte-${id}`,
      title: `a Close with a body of one byte, ${what}, fails`,
      // The MUST of §5.5.1 is the sender's.
      level: 'should',
      ...rfc6455('10.7'),
      requirement: 'a body of one byte holds no code; invalid data is answered by a fitting code',
      against: bothRoles,
      rule: 'close-body-of-one-byte',
      steps: [{ ...close(), payload }],
      expect: failed(1002),
    }),
  ),
];
