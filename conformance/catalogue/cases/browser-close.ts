import type { Case } from '../../format/case.ts';
import { webSockets } from '../../format/document.ts';
import { closed } from '../../format/expectation.ts';
import { awaits, close } from '../../format/step.ts';
import { withConnection, withoutConnection } from '../parts/in-page.ts';

const answer = [awaits('close'), close(1000)] as const;

export const browserClose: readonly Case[] = [
  withConnection(
    'browser-close/bad-arguments',
    'close() takes 1000, 3000 to 4999, and 123 octets',
    'another code throws InvalidAccessError, a longer reason SyntaxError, and nothing is closed',
    'closing/badArguments',
    {
      ...webSockets('3.1'),
      steps: answer,
      expect: closed(1000),
      value: [...Array(12).fill('InvalidAccessError'), 'SyntaxError', 'SyntaxError', 1],
    },
  ),
  withConnection(
    'browser-close/longest-reason',
    'a reason of 123 octets is sent whole',
    'the reason is at most 123 octets of UTF-8',
    'closing/longestReason',
    {
      ...webSockets('3.1'),
      steps: answer,
      expect: closed(4999, { checks: [{ kind: 'closeReason', reason: `${'é'.repeat(61)}x` }] }),
    },
  ),
  withConnection(
    'browser-close/unpaired-surrogate',
    'an unpaired surrogate in a reason becomes U+FFFD',
    'the reason is a string of scalar values',
    'closing/unpairedSurrogate',
    {
      ...webSockets('3.1'),
      steps: answer,
      expect: closed(3000, { checks: [{ kind: 'closeReason', reason: 'a\ufffdb' }] }),
    },
  ),
  withConnection(
    'browser-close/twice',
    'a second close() does nothing',
    'close() in CLOSING or CLOSED does nothing',
    'closing/twice',
    { ...webSockets('3.1'), steps: answer, expect: closed(3000), value: [1, 2, 3] },
  ),
  withoutConnection(
    'browser-close/while-connecting',
    'close() before open fails the connection',
    'close() in CONNECTING is CLOSING at once, and fails the connection',
    'closing/whileConnecting',
    [2, 1006, false],
    webSockets('3.1'),
  ),
];
