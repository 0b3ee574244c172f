/** `framewright replay`: one case, with every byte of its conversation. */
import pc from 'picocolors';
import { catalogue } from '../catalogue/catalogue.ts';
import { caseById } from '../catalogue/select.ts';
import type { Case } from '../format/case.ts';
import { freshSeed } from '../format/seed.ts';
import { redactJudgement } from '../redaction/redact-judgement.ts';
import { redactorWith, redactTimeline } from '../redaction/redact-timeline.ts';
import { type Redactor, redactorFor } from '../redaction/redactor.ts';
import { withoutSecrets } from '../redaction/without-secrets.ts';
import { explainResult } from '../report/explain.ts';
import type { CaseResult } from '../results/case-result.ts';
import { defaultGrace } from '../run/server/play-case.ts';
import { probeServer } from '../run/server/probe.ts';
import { replayCase } from '../run/server/replay-case.ts';
import { RestartableCommand } from '../run/server/restartable-command.ts';
import { serverTarget } from '../run/server/server-target.ts';
import type { ServerTarget } from '../transport/connect.ts';
import { forTerminal, forTerminalLines } from '../untrusted/inert.ts';
import { annotate } from '../wire/annotate.ts';
import { CannotRun } from './cannot-run.ts';
import { type ExportFlags, writeExports } from './exports.ts';
import { onInterruption, unlessInterrupted } from './interruption.ts';
import type { SelectionFlags, TargetFlags } from './options.ts';
import { withPort } from './port.ts';

export interface ReplayFlags extends TargetFlags, ExportFlags, Pick<SelectionFlags, 'volume'> {
  readonly bytes: number;
  readonly startTimeout: number;
}

/** @returns the exit code: 1 where a MUST or SHOULD is broken */
export async function runReplay(
  id: string,
  address: string,
  words: readonly string[],
  flags: ReplayFlags,
): Promise<number> {
  const testCase = caseById(id, catalogue(flags.volume));
  if (!testCase.against.includes('server')) throw new CannotRun(`${id} is a case for clients`);
  const target = serverTarget(address, { headers: flags.header, insecure: flags.insecure });
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
      const capabilities = await probeServer(target, timeout, warmUp);
      const options = { capabilities, timeout, grace: defaultGrace, seed, signal };
      return replayCase(testCase, target, started, options);
    };
    const played = await unlessInterrupted(play(), signal);
    const result = redactResult(played, redactorWith(redactor, played.timeline, 'server'));
    process.stdout.write(replayText(testCase, result, { seed, bytes: flags.bytes }));
    if (result.timeline) {
      const { timeline } = result;
      await writeExports(flags, [
        { name: testCase.id, url: redactor.text(target.url.href), startedAt, timeline },
      ]);
    }
    return exitCodes[result.verdict];
  } finally {
    await started?.stop();
    release();
  }
}

function redactResult({ case: testCase, timeline, ...judgement }: CaseResult, redactor: Redactor) {
  return {
    case: testCase,
    ...redactJudgement(judgement, redactor),
    ...(timeline && { timeline: redactTimeline(timeline, redactor) }),
  };
}

const exitCodes = { pass: 0, info: 0, skip: 0, fail: 1, warn: 1, error: 2 } as const;

function replayText(
  testCase: Case,
  { timeline, ...result }: CaseResult,
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
  const { verdict, at, rule } = result;
  const mark = at && verdict !== 'pass' ? { mark: { ...at, note: rule } } : {};
  const wire = timeline
    ? `\n${forTerminalLines(annotate(timeline, { maxBytes: bytes, ...mark }))}`
    : '';
  return [
    explainResult({ ...result, case: testCase }).trimEnd(),
    `seed         ${forTerminal(seed)}`,
    `${wire}\n${paint[verdict](verdict.toUpperCase())}  ${testCase.id}\n`,
  ].join('\n');
}
