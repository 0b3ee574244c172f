import type { CaseInSection, Section } from '../../../format/case.ts';
import { closed } from '../../../format/expectation.ts';
import { bothRoles } from '../../../format/role.ts';
import { close, pong } from '../../../format/step.ts';

const unsolicited: readonly (readonly [id: string, what: string, autobahn: string, string])[] = [
  ['empty', 'an empty pong', '2.7', ''],
  ['text', 'a pong with text', '2.8', 'unsolicited pong payload'],
];

export const pongs: Section = {
  document: 'RFC 6455',
  at: '5.5.3',
  title: 'Pong',
  cases: unsolicited.map(
    ([id, what, autobahn, payload]): CaseInSection => ({
      id: `pong/unsolicited-${id}`,
      title: `${what} that nobody asked for gets no answer`,
      level: 'must',
      requirement: 'a pong may come unsolicited, as a heartbeat; no response is expected',
      against: bothRoles,
      autobahn: [autobahn],
      rule: 'answered-pong',
      steps: [pong(payload), close(1000)],
      expect: closed([1000, 'none']),
    }),
  ),
};
