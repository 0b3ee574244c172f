import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CaseResult } from '../results/case-result.ts';
import { madeCase } from '../testing/made-case.ts';
import { TimelineRecorder } from '../wire/timeline.ts';
import { explainResult } from './explain.ts';

test('the explanation of a result has no login, cookie or token of either side', () => {
  const recorder = new TimelineRecorder('tcp');
  const request = [
    'GET /?token=s3cr3t-query HTTP/1.1',
    'Host: a',
    'Authorization: Bearer s3cr3t-bearer',
    'Cookie: id=s3cr3t-cookie',
  ];
  const response = ['HTTP/1.1 302 Found', 'Set-Cookie: next=s3cr3t-next', 'Location: /a'];
  for (const [side, lines] of [
    ['client', request],
    ['server', response],
  ] as const) {
    recorder.bytes(side, Buffer.from(`${lines.join('\r\n')}\r\n\r\n`));
  }
  const result: CaseResult = {
    case: madeCase({ id: 'a/case' }),
    ...{ verdict: 'fail', rule: 'wrong-status', expected: '101', duration: 1 },
    observed: 'HTTP/1.1 302 Found, after s3cr3t-bearer',
    conversations: [{ name: 'main', timeline: recorder.timeline() }],
  };
  const text = explainResult(result);
  assert.match(text, /observed +HTTP\/1\.1 302 Found, after \*\*\*/);
  assert.match(text, /Authorization: \*+/);
  assert.match(text, /token=\*+/);
  assert.doesNotMatch(text, /s3cr3t/);
});
