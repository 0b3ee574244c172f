import type { Case } from '../../format/case.ts';
import { rfc6455 } from '../../format/document.ts';
import { answered, echoOf } from '../../format/expectation.ts';
import { clientOnly } from '../../format/role.ts';
import { text } from '../../format/step.ts';

const messages = Array.from({ length: 300 }, (_, index) => text(`message ${index}`));

export const clientMasks: readonly Case[] = [
  {
    id: 'client-masks/of-300-messages',
    title: '300 messages are echoed with unpredictable keys',
    level: 'must',
    ...rfc6455('5.3'),
    requirement: 'the key of each frame is new, random, and not derived from earlier ones',
    against: clientOnly,
    rule: 'weak-masking-keys',
    steps: messages,
    expect: answered(messages.map(echoOf), { checks: [{ kind: 'unpredictableMasks' }] }),
  },
];
