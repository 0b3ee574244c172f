#!/usr/bin/env node
/**
 * The command line. What a command does is loaded when it is called, so that it starts at once.
 * Exit codes: 0 all as expected, 1 unexpected verdicts, 2 could not run.
 */
import { Command, CommanderError, InvalidArgumentError, type Option } from 'commander';
import { sentenceFor } from './cli/cannot-run.ts';
import { withExports } from './cli/exports.ts';
import {
  positiveInteger,
  volumeOption,
  withReports,
  withSelection,
  withTarget,
  withVerdicts,
} from './cli/options.ts';
import { version } from './version.ts';

const program = new Command('framewright')
  .description('The WebSocket conformance harness: every verdict explained by bytes')
  .version(version)
  .exitOverride()
  .showHelpAfterError('(--help shows what there is)')
  .configureHelp({ optionDescription: describeOption })
  .addHelpText(
    'after',
    `
Exit codes:
  0  all as expected
  1  unexpected verdicts; also a known failure that passes, or a line that matches no case
  2  could not run: bad flags, no connection, a target that died, a fault of the harness

Examples:
  framewright server ws://127.0.0.1:9001/
  framewright server ws://127.0.0.1:9001/ --out results.json --reporter console --reporter junit:junit.xml
  framewright server ws://127.0.0.1:0/ -- node my-server.js --port {port}
  framewright replay fragmentation/new-text-inside-a-message ws://127.0.0.1:9001/`,
  );

const command = (words: string, description: string) =>
  program.command(words).description(description).exitOverride();

const commandHelp = `
What follows -- is started first, and stopped at the end. It learns its port from PORT; where the
address has port 0, a free one is chosen, and {port} stands for it in the words of the command.`;

const withCommand = (made: Command) =>
  made
    .option(
      '--start-timeout <ms>',
      'how long a started command may take to listen',
      positiveInteger,
      30_000,
    )
    .addHelpText('after', commandHelp);

withCommand(
  withReports(
    withVerdicts(
      withTarget(
        withSelection(command('server <url> [command...]', 'plays the catalogue against a server')),
      ),
    ),
  ),
)
  .option('--concurrency <n>', 'how many cases are played at once', positiveInteger, 16)
  .option('--whole-timelines', 'keeps every byte of long conversations that pass', false)
  .option('--name <name>', 'what reports call the target')
  .option('--target-version <version>', 'the version that reports name beside it')
  .action(async (url: string, words: string[], flags) => {
    const { runServer } = await import('./cli/server.ts');
    process.exitCode = await runServer(url, words, flags);
  });

withSelection(command('list', 'lists the cases'))
  .option('--json', 'as JSON, with requirement, level, spec and Autobahn ids', false)
  .option('--coverage', 'what the documents ask of a server, and the cases that check it', false)
  .action(async (flags) => {
    if (flags.coverage) {
      const { coverageAsJson, coverageAsText } = await import('./cli/coverage.ts');
      process.stdout.write(flags.json ? coverageAsJson() : coverageAsText());
      return;
    }
    const { runList } = await import('./cli/list.ts');
    process.exitCode = runList({ ...flags, limits: true });
  });

withExports(
  withCommand(
    withTarget(
      command('replay <case> <url> [command...]', 'plays one case and shows every byte, both ways'),
    ),
  ),
)
  .addOption(volumeOption())
  .option('--bytes <n>', 'how many bytes of one payload are shown', positiveInteger, 256)
  .action(async (id: string, url: string, words: string[], flags) => {
    const { runReplay } = await import('./cli/replay.ts');
    process.exitCode = await runReplay(id, url, words, flags);
  });

const verdict = (value: string, previous: readonly string[]) => {
  const known = ['pass', 'fail', 'warn', 'info', 'skip', 'error'];
  const wanted = value.split(',');
  if (wanted.every((one) => known.includes(one))) return [...previous, ...wanted];
  throw new InvalidArgumentError(`There are ${known.join(', ')}.`);
};

withExports(withReports(command('report <results...>', 'merges, filters and shows stored results')))
  .option('--case <id>', 'the case whose conversation --har and --pcapng write')
  .option('--only <cases>', 'only these cases, as in `server`; repeatable', append, [])
  .option('--skip <cases>', 'all but these cases; repeatable', append, [])
  .option('--target <name>', 'only this target; repeatable', append, [])
  .option('--verdict <verdicts>', 'only these verdicts: fail,warn; repeatable', verdict, [])
  .option('--rejudge', 'judges the stored conversations by this version of the cases', false)
  .action(async (paths: string[], flags) => {
    const { runReport } = await import('./cli/report.ts');
    process.exitCode = await runReport(paths, flags);
  });

/** Only defaults that say something. */
function describeOption({ description, argChoices, defaultValue }: Option): string {
  const choices = argChoices ? [argChoices.join(' or ')] : [];
  const isTelling = typeof defaultValue === 'number' || typeof defaultValue === 'string';
  const more = [...choices, ...(isTelling ? [`default: ${defaultValue}`] : [])];
  return more.length > 0 ? `${description} (${more.join('; ')})` : description;
}

function append(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value];
}

try {
  await program.parseAsync();
} catch (error) {
  // Commander has said what is wrong, or shown what was asked for.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    const sentence = sentenceFor(error);
    const fault = () =>
      `a fault of Framewright, please report it: ${(error as Error)?.stack ?? error}`;
    process.stderr.write(`framewright: ${sentence ?? fault()}\n`);
    process.exitCode = 2;
  }
}
// Conversations that an interrupted run left open are nobody's business any more.
process.stdout.write('', () => process.exit());
