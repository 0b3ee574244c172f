/** What a case asks of its target beyond the role, and why it is skipped where that is missing. */
import type { Case, Need } from './case.ts';

/** The stated needs, and those that follow from what is expected. */
export function needsOf(testCase: Case): ReadonlySet<Need> {
  const needs = new Set<Need>(testCase.needs);
  for (const { kind, optional } of testCase.expect.events) {
    if (optional) continue;
    if (kind === 'text' || kind === 'binary') needs.add('echo');
    if (kind === 'pong') needs.add('pong');
  }
  if (testCase.steps.some((step) => 'deflate' in step && step.deflate)) needs.add('deflate');
  if (testCase.script) needs.add('script');
  return needs;
}

const reasons: Readonly<Record<Need, string>> = {
  echo: 'the target does not echo messages',
  pong: 'the target does not answer pings',
  deflate: 'the target does not negotiate permessage-deflate',
  originPolicy: 'the target accepts any Origin',
  script: 'the target cannot be told what to do',
  tls: 'the target is not reached over TLS',
  http2: 'the target does not speak WebSocket over HTTP/2',
};

/** @returns the reason to skip, or undefined */
export function unmetNeed(
  testCase: Case,
  can: Readonly<Record<Need, boolean>>,
): string | undefined {
  for (const need of needsOf(testCase)) {
    if (!can[need]) return reasons[need];
  }
  return undefined;
}
