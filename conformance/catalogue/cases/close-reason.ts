import type { Case } from '../../format/case.ts';
import { rfc6455 } from '../../format/document.ts';
import { closed, failed } from '../../format/expectation.ts';
import { hex } from '../../format/payload.ts';
import { bothRoles } from '../../format/role.ts';
import { close } from '../../format/step.ts';

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

export const closeReasons: readonly Case[] = [
  ...reasons.map(
    ([id, what, reason]): Case => ({
      id: `close-reason/${id}`,
      title: `a Close with a reason ${what} is answered, and TCP ends`,
      level: 'must',
      ...rfc6455('5.5.1'),
      requirement: 'a Close with a reason in UTF-8 of at most 123 bytes is answered',
      against: bothRoles,
      steps: [close(1000, reason)],
      expect: closed([1000, 'none']),
    }),
  ),
  ...badReasons.map(
    ([id, what, reason]): Case => ({
      id: `close-reason/not-utf8-${id}`,
      title: `a Close whose reason has ${what} fails the connection`,
      level: 'must',
      ...rfc6455('8.1'),
      requirement: 'the reason of a Close is UTF-8, and text that is not fails the connection',
      against: bothRoles,
      rule: 'invalid-utf8',
      steps: [close(1000, reason)],
      expect: failed([1007, 1002]),
    }),
  ),
];
