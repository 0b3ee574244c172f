import type { CaseInSection, Section } from '../../../format/case.ts';
import { closed, failed, observed } from '../../../format/expectation.ts';
import { hex } from '../../../format/payload.ts';
import { bothRoles } from '../../../format/role.ts';
import { close } from '../../../format/step.ts';

const registered = [1012, 1013, 1014];
const free = [3001, 3500, 4001, 4500];
const unsendable = [1, 15, 125, 256, 998, 1015];
const undefinedYet = [1017, 1500, 1999, 2001, 2500];
const undefinedCodes = [5001, 10_000, 32_768, 65_534];

const reasons: readonly (readonly [id: string, what: string, reason: string | Uint8Array])[] = [
  ['of-1-byte', 'of 1 byte', 'r'],
  ['of-122-bytes', 'of 122 bytes', 'r'.repeat(122)],
  ['of-123-bytes', 'of 123 bytes', 's'.repeat(123)],
  ['that-ends-in-two-octets', 'of 123 bytes that ends in é', `${'r'.repeat(121)}é`],
  ['that-ends-in-three-octets', 'of 123 bytes that ends in €', `${'r'.repeat(120)}€`],
  ['that-ends-in-four-octets', 'of 123 bytes that ends in 😀', `${'r'.repeat(119)}😀`],
  ['of-nul', 'that is NUL', '\0'],
  ['with-line-breaks', 'with line breaks', 'one\r\ntwo'],
  ['of-markup', 'of markup', '<script>alert(1)</script>'],
];
const badReasons: readonly (readonly [id: string, what: string, reason: Uint8Array])[] = [
  ['lone-continuation', 'a lone continuation octet', hex('80')],
  ['lone-start', 'a lone start octet', hex('c3')],
  [
    'cut-at-the-edge',
    'a character cut at 123 bytes',
    Buffer.concat([Buffer.alloc(121, 'r'), hex('e282')]),
  ],
  ['surrogate', 'a surrogate', hex('eda080')],
  ['overlong', 'an overlong form', hex('c0af')],
  ['beyond-the-last', 'a character beyond the last', hex('f4908080')],
  ['impossible', 'an octet that never stands', hex('6f6b ff')],
];

export const closeBodies: Section = {
  document: 'RFC 6455',
  at: '7.4',
  title: 'Close bodies',
  cases: [
    ...[...registered, ...free].map(
      (code): CaseInSection => ({
        id: `close-code/${registered.includes(code) ? 'registered' : 'free'}-${code}`,
        title: `a Close with ${code} is answered, and TCP ends`,
        level: free.includes(code) ? 'must' : 'should',
        section: free.includes(code) ? '5.5.1' : '7.4.2',
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
      (code): CaseInSection => ({
        id: `close-code/unsendable-${code}`,
        title: `a Close with ${code} fails the connection`,
        // What binds a sender (§7.4.1) binds a receiver to validate, and to say so as a SHOULD.
        level: 'should',
        section: unsendable.includes(code) ? '10.7' : '7.4.2',
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
      (code): CaseInSection => ({
        id: `close-code/undefined-${code}`,
        title: `a Close with ${code}, which no range holds`,
        level: 'may',
        section: '7.4.2',
        requirement: 'what codes beyond 4999 mean is not said',
        against: bothRoles,
        steps: [close(code)],
        expect: observed(),
      }),
    ),
    ...reasons.map(
      ([id, what, reason]): CaseInSection => ({
        id: `close-reason/${id}`,
        title: `a Close with a reason ${what} is answered, and TCP ends`,
        level: 'must',
        section: '5.5.1',
        requirement: 'a Close with a reason in UTF-8 of at most 123 bytes is answered',
        against: bothRoles,
        steps: [close(1000, reason)],
        expect: closed([1000, 'none']),
      }),
    ),
    ...badReasons.map(
      ([id, what, reason]): CaseInSection => ({
        id: `close-reason/not-utf8-${id}`,
        title: `a Close whose reason has ${what} fails the connection`,
        level: 'must',
        section: '8.1',
        requirement: 'the reason of a Close is UTF-8, and text that is not fails the connection',
        against: bothRoles,
        rule: 'invalid-utf8',
        steps: [close(1000, reason)],
        expect: failed([1007, 1002]),
      }),
    ),
    ...(
      [
        ['in-a-good-code', hex('03'), 'the first half of a good code'],
        ['of-zero', hex('00'), 'a zero'],
        ['of-ff', hex('ff'), 'ff'],
      ] as const
    ).map(
      ([id, payload, what]): CaseInSection => ({
        id: `close-code/one-byte-${id}`,
        title: `a Close with a body of one byte, ${what}, fails`,
        // The MUST of §5.5.1 is the sender's.
        level: 'should',
        section: '10.7',
        requirement: 'a body of one byte holds no code; invalid data is answered by a fitting code',
        against: bothRoles,
        rule: 'close-body-of-one-byte',
        steps: [{ ...close(), payload }],
        expect: failed(1002),
      }),
    ),
  ],
};
