/** `framewright probe`: what a server does, before any case is run. */
import { catalogue } from '../catalogue/catalogue.ts';
import { describeReaction, type TargetBehaviour } from '../format/target-behaviour.ts';
import { redactorFor } from '../redaction/redactor.ts';
import { withoutSecrets } from '../redaction/without-secrets.ts';
import { behaviourInWords } from '../report/behaviour-in-words.ts';
import { reasonToSkip } from '../run/server/play-case.ts';
import { type Capabilities, recordedFacts } from '../run/server/probe/capabilities.ts';
import { probeServer } from '../run/server/probe/probe-server.ts';
import { RestartableCommand } from '../run/server/restartable-command.ts';
import type { ServerTarget } from '../transport/connect.ts';
import { forShell, forTerminalLines } from '../untrusted/inert.ts';
import { onInterruption, unlessInterrupted } from './interruption.ts';
import { speechOf, type TargetFlags } from './options.ts';
import { withPort } from './port.ts';
import { targetOf } from './request-options.ts';
import { withSuggestion } from './suggestion.ts';

export interface ProbeFlags extends TargetFlags {
  readonly json: boolean;
  readonly startTimeout: number;
}

/** How many cases of the default run speak for the target. */
interface Share {
  readonly cases: number;
  readonly skipped: readonly { readonly reason: string; readonly cases: number }[];
}

/** @returns the exit code */
export async function runProbe(
  address: string,
  words: readonly string[],
  flags: ProbeFlags,
): Promise<number> {
  const target = targetOf(address, flags);
  const command = await withPort(target.url, words);
  const redactor = redactorFor(target.url, target.headers, command);
  return withoutSecrets(redactor, async () => {
    const { signal, release } = onInterruption();
    const { timeout, startTimeout } = flags;
    const started =
      command &&
      (await RestartableCommand.start(command, target.url, { timeout: startTimeout, signal }));
    try {
      const settings = { ...speechOf(flags), isThorough: true };
      const warmUp = started ? startTimeout : 0;
      const probing = withSuggestion(target, timeout, () =>
        probeServer(target, timeout, warmUp, settings),
      );
      const capabilities = await unlessInterrupted(probing, signal);
      const share = shareOf(capabilities);
      const suggested = suggestedCommand(address, target, words, flags, capabilities);
      const text = flags.json
        ? `${JSON.stringify({ url: target.url.href, ...recordedFacts(capabilities), share, suggested }, null, 2)}\n`
        : asTable(target, capabilities, share, suggested);
      process.stdout.write(redactor.text(text));
      return 0;
    } finally {
      await started?.stop();
      release();
    }
  });
}

function shareOf(capabilities: Capabilities): Share {
  const isUsual = ({ tags = [] }: { readonly tags?: readonly string[] }) =>
    !tags.includes('limits') && !tags.includes('slow');
  const cases = catalogue().filter((each) => each.against.includes('server') && isUsual(each));
  const counts = new Map<string, number>();
  for (const testCase of cases) {
    const reason = reasonToSkip(testCase, capabilities);
    if (reason !== undefined) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const skipped = [...counts]
    .map(([reason, count]) => ({ reason, cases: count }))
    .toSorted((one, other) => other.cases - one.cases);
  return { cases: cases.length, skipped };
}

function asTable(
  target: ServerTarget,
  capabilities: Capabilities,
  share: Share,
  suggested: string | undefined,
): string {
  const { echo, pong, deflate, extensions, originPolicy, ending, behaviour } = capabilities;
  const rows: [string, string][] = [
    ['echoes messages', echo ? 'yes' : 'no'],
    ['answers pings', pong ? 'yes' : 'no'],
    ['compresses', deflate ? `yes (${extensions})` : 'no'],
    ['Origin', originPolicy ? 'refuses foreign ones' : 'accepts any'],
    ['closing handshake', ending],
    ...(behaviour ? behaviourRows(behaviour) : []),
  ];
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  const judged = share.cases - share.skipped.reduce((sum, { cases }) => sum + cases, 0);
  const percent = Math.round((100 * judged) / share.cases);
  return forTerminalLines(
    [
      target.url.href,
      '',
      ...rows.map(([name, value]) => `  ${name.padEnd(width)}${value}`),
      '',
      `${judged} of ${share.cases} cases can be judged (${percent} %)`,
      ...share.skipped.map(({ reason, cases }) => `  ${String(cases).padStart(4)}  ${reason}`),
      ...(suggested === undefined ? [] : ['', 'Run:', `  ${suggested}`]),
      '',
    ].join('\n'),
  );
}

/** A row for each question, and what the target does by itself. */
function behaviourRows(behaviour: TargetBehaviour): [string, string][] {
  const { text, binary, fragments, emptyText, ping, close } = behaviour.reactions;
  const asked = [
    ['a text message', text],
    ['a binary message', binary],
    ['a text in fragments', fragments],
    ['an empty text', emptyText],
    ['a ping', ping],
    ['a Close 1000', close],
  ] as const;
  const { answerTime } = behaviour;
  const lines = behaviourInWords(behaviour).filter((line) => !line.startsWith('reactions: '));
  return [
    ...asked.map(([name, reaction]): [string, string] => [name, describeReaction(reaction)]),
    ...(answerTime === undefined
      ? []
      : [['answers after', `${answerTime.toFixed(1)} ms`] as [string, string]]),
    ...lines.map((line): [string, string] => {
      const [name, ...value] = line.split(': ');
      return value.length > 0 ? [name!, value.join(': ')] : ['note', line];
    }),
  ];
}

/** The command line for a run, with what was found out; secrets stay out of it. */
function suggestedCommand(
  address: string,
  { headers, insecure }: ServerTarget,
  words: readonly string[],
  flags: ProbeFlags,
  { echo, behaviour }: Capabilities,
): string | undefined {
  const wantsMessage = !echo && !flags.message;
  const parts = [
    address,
    ...flags.subprotocol.flatMap((name) => ['--subprotocol', name]),
    ...(flags.origin === undefined ? [] : ['--origin', flags.origin]),
    ...headers
      .map(([name]) => name)
      .filter((name) => !['Sec-WebSocket-Protocol', 'Origin'].includes(name))
      .flatMap((name) => ['--header', `${name}: …`]),
    ...flags.init.flatMap(() => ['--init', '…']),
    ...(flags.message || wantsMessage ? ['--message', '…'] : []),
    ...(insecure ? ['--insecure'] : []),
    ...(behaviour?.rateLimit === undefined ? [] : ['--concurrency', '1']),
    ...(words.length > 0 ? ['--', ...words] : []),
  ].map(forShell);
  if (parts.includes(undefined)) return undefined;
  const note = wantsMessage ? '   (--message: a message that the application answers)' : '';
  return `npx framewright server ${parts.join(' ')}${note}`;
}
