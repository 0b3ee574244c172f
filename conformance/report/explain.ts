/**
 * The explanation of one result: rule, section, requirement, expected, observed, the bytes around
 * the mark, and the replay command. Plain text, inert in a terminal (untrusted/inert.ts).
 */

import type { Proof } from '../format/target-profile.ts';
import type { Judgement, Verdict } from '../judge/judge.ts';
import type { CaseConversation } from '../judge/judge-conversations.ts';
import { redactJudgement } from '../redaction/redact-judgement.ts';
import { redactorOfConversation, redactTimeline } from '../redaction/redact-timeline.ts';
import { Redactor } from '../redaction/redactor.ts';
import type { CaseResult } from '../results/case-result.ts';
import type { RecordedCase, RecordedResult, Run } from '../results/results.ts';
import {
  DamagedTimelineError,
  loadTimeline,
  type StoredTimeline,
} from '../results/stored-timeline.ts';
import { forTerminal, forTerminalLines } from '../untrusted/inert.ts';
import { annotate } from '../wire/annotate.ts';
import type { Timeline } from '../wire/timeline.ts';
import { conversationTitles, shownConversation } from './conversation-titles.ts';
import { replayCommand } from './replay-command.ts';
import { sectionLink } from './section-link.ts';

export interface Explanation {
  readonly title: string;
  /** `MUST · RFC 6455 §5.4` */
  readonly rank: string;
  readonly facts: readonly (readonly [name: string, words: string])[];
  /**
   * Annotated bytes around the mark or, without one, the end of the conversation. If the harness
   * failed, the stack of its error.
   */
  readonly bytes: string | undefined;
}

/** Blocks shown on both sides of the marked one. */
const context = 1;
const bytesPerField = 16;
/** Without marked bytes, something did not arrive: the last events explain most. */
const linesAtEnd = 30;

export function explain(result: RecordedResult, run: Run): Explanation {
  const { id, conversations, rule } = result;
  const shown = conversations[shownConversation(conversations, rule)];
  const timeline = shown && timelineOf(id, shown.timeline);
  return explanationOf(result, timeline, replayCommand(id, run));
}

/** For a replay command with placeholders. */
export const placeholderNote = 'put your own values where the command has *** or …';

/** @throws {DamagedTimelineError} with the id of the case */
function timelineOf(id: string, stored: StoredTimeline): Timeline {
  try {
    return loadTimeline(stored);
  } catch (error) {
    throw new DamagedTimelineError(`${forTerminal(id)}: ${(error as Error).message}`);
  }
}

/**
 * The same for a result that was not recorded, in one text: for a test runner's message. Logs of
 * tests are public as often as results are, so that secrets are redacted as in these.
 */
export function explainResult({ case: testCase, ...result }: CaseResult): string {
  const { conversations, rule } = result;
  const redactor = conversations
    .map(({ timeline }) => redactorOfConversation(timeline))
    .reduce((all, one) => all.and(one), new Redactor());
  const shown = conversations[shownConversation(conversations, rule)]?.timeline;
  const timeline = shown && redactTimeline(shown, redactor);
  const { conversations: _conversations, ...judgement } = result;
  const redacted = { ...result, ...redactJudgement(judgement, redactor) };
  const explanation = explanationOf({ ...testCase, ...redacted }, timeline, undefined);
  return redactor.text(explanationText(testCase.id, explanation));
}

function explanationOf(
  result: RecordedCase &
    Judgement &
    Pick<RecordedResult, 'stack' | 'unstable' | 'proof'> &
    Attempts &
    Connections,
  timeline: Timeline | undefined,
  replay: string | undefined,
): Explanation {
  // The text about a broken rule describes that rule, not the one that the case is about.
  const { level, requirement } = result.cause ?? result;
  const section = result.reference ?? `${result.document} §${result.section}`;
  const link = sectionLink(section);
  return {
    title: forTerminal(result.title),
    rank: forTerminal(`${level.toUpperCase()} · ${section}`),
    facts: [
      ['rule', result.rule],
      ['section', `${section}${link ? `  ${link}` : ''}`],
      ['requirement', requirement],
      ['expected', result.expected],
      ['observed', result.observed],
      ...(result.proof && result.proof !== 'echo'
        ? [['alive', proofs[result.proof]] as const]
        : []),
      ...(result.unstable ? [['attempts', attemptsInWords(result)] as const] : []),
      ...(result.conversations.length > 1
        ? [['connections', connectionsInWords(result)] as const]
        : []),
      ...(replay ? [['replay', replay] as const] : []),
      ...(replay && /\*\*\*|…/.test(replay) ? [['redacted', placeholderNote] as const] : []),
    ].map(([name, words]) => [name!, forTerminal(words!)] as const),
    bytes: timeline
      ? forTerminalLines(annotatedBytes(timeline, result))
      : traceLines(result.stack).join('\n') || undefined,
  };
}

/** How the target showed that it was alive before it was provoked. */
const proofs: Readonly<Record<Proof, string>> = {
  echo: 'it echoed',
  pong: 'it answered a ping',
  message: 'it answered the message of --message',
  none: 'it opened the connection: it neither echoes nor answers pings',
};

interface Connections {
  readonly conversations: readonly Pick<CaseConversation, 'name' | 'round'>[];
}

/** `before; main (shown); aftermath` */
function connectionsInWords({ conversations, rule }: Judgement & Connections): string {
  const shown = shownConversation(conversations, rule);
  return conversationTitles(conversations)
    .map((title, index) => (index === shown ? `${title} (shown)` : title))
    .join('; ');
}

interface Attempts {
  readonly verdict: Verdict;
  readonly otherAttempts?: readonly Pick<Judgement, 'verdict' | 'observed'>[];
}

/** `first fail: no response to the handshake; then pass` */
export function attemptsInWords({ verdict, otherAttempts = [] }: Attempts): string {
  const before = otherAttempts.map((other) => `${other.verdict}: ${other.observed}`);
  return `first ${before.join('; ')}; then ${verdict}`;
}

/** A stack without its message, which is in `observed`. */
export function traceLines(stack: string | undefined): readonly string[] {
  const lines = stack?.split('\n').filter((line) => /^ +at /.test(line)) ?? [];
  return lines.map((line) => forTerminal(line.trim()));
}

function annotatedBytes(timeline: Timeline, { at, rule }: Judgement): string {
  const mark = at && { ...at, note: rule };
  const options = { context, maxBytes: bytesPerField, linesAtEnd, ...(mark && { mark }) };
  return annotate(timeline, options).trimEnd();
}

export function explanationText(id: string, { title, rank, facts, bytes }: Explanation): string {
  const lines = [
    `${forTerminal(id)}  ${rank}`,
    title,
    '',
    ...facts.map(([name, words]) => `${name.padEnd(factWidth)}${words}`),
    ...(bytes ? ['', bytes] : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** Wide enough for the longest name and a gap. */
export const factWidth = 13;
