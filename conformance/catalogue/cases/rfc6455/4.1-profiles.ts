import type { Section } from '../../../format/case.ts';
import { answered, echoOf } from '../../../format/expectation.ts';
import { serverOnly } from '../../../format/role.ts';
import { text } from '../../../format/step.ts';
import { readProfiles } from '../../profiles/profile.ts';

const hello = text('hello');

/** The requests that real clients write, byte for byte but for host, origin, target and key. */
export const clientProfiles: Section = {
  document: 'RFC 6455',
  at: '4.1',
  title: 'Requests of real clients',
  cases: readProfiles().flatMap(({ name, product, version, lines }) =>
    ([undefined, 16] as const).map((segmentSize) => ({
      id: `handshake-profile/${name}${segmentSize ? '-in-segments' : ''}`,
      title: `the request of ${product} ${version}${segmentSize ? ', in segments,' : ''} is accepted`,
      level: 'must' as const,
      requirement:
        'a request that has what a handshake needs is accepted, whatever else it carries',
      against: serverOnly,
      handshake: { request: { lines, ...(segmentSize && { segmentSize }) } },
      steps: [hello],
      expect: answered([echoOf(hello)]),
    })),
  ),
};
