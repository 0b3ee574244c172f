import type { Case } from '../../format/case.ts';
import { rfc6455 } from '../../format/document.ts';
import { answered, echoOf } from '../../format/expectation.ts';
import { serverOnly } from '../../format/role.ts';
import { text } from '../../format/step.ts';
import { readProfiles } from '../profiles/profile.ts';

const hello = text('hello');

/** The requests that real clients write, byte for byte but for host, origin, target and key. */
export const clientProfiles: readonly Case[] = readProfiles().flatMap(
  ({ name, product, version, lines }) =>
    ([undefined, 16] as const).map((segmentSize) => ({
      id: `handshake-profile/${name}${segmentSize ? '-in-segments' : ''}`,
      title: `the request of ${product} ${version}${segmentSize ? ', in segments,' : ''} is accepted`,
      level: 'must' as const,
      ...rfc6455('4.1'),
      requirement:
        'a request that has what a handshake needs is accepted, whatever else it carries',
      against: serverOnly,
      handshake: { request: { lines, ...(segmentSize && { segmentSize }) } },
      steps: [hello],
      expect: answered([echoOf(hello)]),
    })),
);
