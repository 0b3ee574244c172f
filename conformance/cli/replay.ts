/** `framewright replay`: one case, with every byte of its conversations. */
import pc from 'picocolors';
import { catalogue } from '../catalogue/catalogue.ts';
import { caseById } from '../catalogue/select.ts';
import type { Case } from '../format/case.ts';
import { freshSeed } from '../format/seed.ts';
import { redactJudgement } from '../redaction/redact-judgement.ts';
import { redactorWith, redactTimeline } from '../redaction/redact-timeline.ts';
import { type Redactor, redactorFor } from '../redaction/redactor.ts';
import { withoutSecrets } from '../redaction/without-secrets.ts';
import { conversationTitles } from '../report/conversation-titles.ts';
import { explainResult } from '../report/explain.ts';
import type { CaseResult } from '../results/case-result.ts';
import { defaultGrace } from '../run/server/play-case.ts';
import { probeServer } from '../run/server/probe/probe-server.ts';
import { replayCase } from '../run/server/replay-case.ts';
import { RestartableCommand } from '../run/server/restartable-command.ts';
import type { ServerTarget } from '../transport/connect.ts';
import { forTerminal, forTerminalLines } from '../untrusted/inert.ts';
import { annotate } from '../wire/annotate.ts';
import { CannotRun } from './cannot-run.ts';
import { type ExportFlags, recordedConversations, writeExports } from './exports.ts';
import { onInterruption, unlessInterrupted } from './interruption.ts';
import { type SelectionFlags, speechOf, type TargetFlags } from './options.ts';
import { withPort } from './port.ts';
import { targetOf } from './request-options.ts';

export interface ReplayFlags extends TargetFlags, ExportFlags, Pick<SelectionFlags, 'volume'> {
  readonly bytes: number;
  readonly startTimeout: number;
}

/** @returns the exit code: 1 if a MUST or SHOULD is broken */
export async function runReplay(
  id: string,
  address: string,
  words: readonly string[],
  flags: ReplayFlags,
): Promise<number> {
  const testCase = caseById(id, catalogue(flags.volume));
  if (!testCase.against.includes('server'))
    throw new CannotRun(`${id} is a case for clients: replay runs cases against servers`);
  const target = targetOf(address, flags);
  const command = await withPort(target.url, words);
  const redactor = redactorFor(target.url, target.headers, command);
  return withoutSecrets(redactor, () => replay({ testCase, target, command, flags, redactor }));
}

interface Setting {
  readonly testCase: Case;
  readonly target: ServerTarget;
  readonly command: readonly [string, ...string[]] | undefined;
  readonly flags: ReplayFlags;
  readonly redactor: Redactor;
}

async function replay({ testCase, target, command, flags, redactor }: Setting): Promise<number> {
  const { signal, release } = onInterruption();
  const started =
    command &&
    (await RestartableCommand.start(command, target.url, { timeout: flags.startTimeout, signal }));
  try {
    const { timeout, seed = freshSeed() } = flags;
    const startedAt = new Date().toISOString();
    const play = async () => {
      const warmUp = started ? flags.startTimeout : 0;
      const speech = speechOf(flags);
      const capabilities = await probeServer(target, timeout, warmUp, speech);
      const options = { capabilities, ...speech, timeout, grace: defaultGrace, seed, signal };
      return replayCase(testCase, target, started, options);
    };
    const played = await unlessInterrupted(play(), signal);
    const known = played.conversations.reduce(
      (all, { timeline }) => redactorWith(all, timeline, 'server'),
      redactor,
    );
    const result = redactResult(played, known);
    process.stdout.write(replayText(testCase, result, { seed, bytes: flags.bytes }));
    if (result.conversations.length > 0) {
      const about = { name: testCase.id, url: redactor.text(target.url.href), startedAt };
      await writeExports(flags, recordedConversations(result.conversations, about));
    }
    return exitCodes[result.verdict];
  } finally {
    await started?.stop();
    release();
  }
}

function redactResult(
  { case: testCase, conversations, otherAttempts: _, ...judgement }: CaseResult,
  redactor: Redactor,
): CaseResult {
  return {
    case: testCase,
    ...redactJudgement(judgement, redactor),
    conversations: conversations.map(({ timeline, ...which }) => ({
      ...which,
      timeline: redactTimeline(timeline, redactor),
    })),
  };
}

const exitCodes = { pass: 0, info: 0, skip: 0, fail: 1, warn: 1, error: 2 } as const;

function replayText(
  testCase: Case,
  result: CaseResult,
  { seed, bytes }: { readonly seed: string; readonly bytes: number },
): string {
  const paint = {
    pass: pc.green,
    fail: pc.red,
    warn: pc.yellow,
    info: pc.cyan,
    skip: pc.dim,
    error: pc.magenta,
  };
  const { verdict, at, rule, conversations } = result;
  const mark = at && verdict !== 'pass' ? { mark: { ...at, note: rule } } : {};
  const titles = conversationTitles(conversations);
  const wire = conversations.map(({ name, timeline }, index) => {
    const heading = conversations.length > 1 ? `\n${pc.bold(titles[index]!)}` : '';
    const options = { maxBytes: bytes, ...(name === 'main' && mark) };
    return `${heading}\n${forTerminalLines(annotate(timeline, options))}`;
  });
  return [
    explainResult({ ...result, case: testCase }).trimEnd(),
    `seed         ${forTerminal(seed)}`,
    `${wire.join('\n')}\n${paint[verdict](verdict.toUpperCase())}  ${testCase.id}\n`,
  ].join('\n');
}
