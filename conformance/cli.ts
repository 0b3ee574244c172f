#!/usr/bin/env node
/**
 * The command line. What a command does is loaded when it is called, so that it starts at once.
 * Exit codes: 0 all as expected, 1 unexpected verdicts, 2 could not run.
 */
import { Command, CommanderError, InvalidArgumentError, type Option } from 'commander';
import { sentenceFor } from './cli/cannot-run.ts';
import { withExports } from './cli/exports.ts';
import {
  milliseconds,
  port,
  positiveInteger,
  volumeOption,
  withFilters,
  withReports,
  withSelection,
  withSelectors,
  withTarget,
  withVerdicts,
} from './cli/options.ts';
import { say, standardOutputEnds, watchStandardStreams } from './cli/standard-streams.ts';
import { version } from './version.ts';

const program = new Command('framewright')
  .description('The WebSocket conformance harness: every verdict explained by bytes')
  .version(version)
  .exitOverride()
  .showHelpAfterError('(--help shows what there is)')
  .configureHelp({ optionDescription: describeOption })
  .configureOutput({ writeErr: (text) => say(text.trimEnd()) })
  .addHelpText(
    'after',
    `
Exit codes:
  0  all as expected
  1  unexpected verdicts; also a known failure that passes, or a line that matches no case
  2  could not run: bad flags, no connection, nothing to judge, a target that died, a fault of the harness

Examples:
  framewright server ws://127.0.0.1:9001/
  framewright server ws://127.0.0.1:9001/ --out results.json --reporter junit:junit.xml
  framewright report results.json --html report.html
  framewright server ws://127.0.0.1:0/ -- node my-server.js --port {port}
  framewright replay fragmentation/new-text-inside-a-message ws://127.0.0.1:9001/`,
  );

const command = (words: string, description: string) =>
  program.command(words).description(description).exitOverride();

const commandHelp = `
What follows -- is started first, and stopped at the end. It learns its port
from PORT; where the address has port 0, a free one is chosen, and {port} stands
for it in the words of the command.`;

const clientHelp = `
A client asks for /getCaseCount, then for /runCase?case=1&agent=name and so on,
echoes what comes, and asks for /updateReports?agent=name in the end; a case can
be asked for by its id, too: ?id=utf8/empty.

What follows -- is run once, {url} standing for ws://host:port; where {case-url}
or {case} stands in it, it is run for each case, {case-url} being where the case
is and {case} its id:
  framewright client --port 0 -- node my-loop.js {url}
  framewright client --port 0 -- my-client {case-url}`;

const withCommand = (made: Command) =>
  made
    .option(
      '--start-timeout <ms>',
      'how long a started command may take to listen and to answer its first handshake, and a lost target to come back',
      milliseconds,
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
  .option(
    '--concurrency <n>',
    'how many cases are played at once at most; fewer where the target is slow',
    positiveInteger,
    16,
  )
  .option('--whole-timelines', 'keeps every byte of long conversations', false)
  .option('--name <name>', 'what reports call the target')
  .option('--target-version <version>', 'the version that reports name beside it')
  .action(async (url: string, words: string[], flags) => {
    const { runServer } = await import('./cli/server.ts');
    process.exitCode = await runServer(url, words, flags);
  });

withReports(
  withVerdicts(
    withSelection(
      command('client [command...]', 'serves the cases to a client, at the URLs Autobahn uses'),
    ),
  ),
)
  .option('--port <n>', 'where it listens; 0 chooses a free one', port, 9001)
  .option('--host <address>', 'the address it listens on', '127.0.0.1')
  .option('--timeout <ms>', 'how long one observation may take', milliseconds, 5000)
  .option('--seed <text>', 'keys and masks follow from it: the same seed sends the same bytes')
  .option('--whole-timelines', 'keeps every byte of long conversations', false)
  .addHelpText('after', clientHelp)
  .action(async (words: string[], flags) => {
    const { runClient } = await import('./cli/client.ts');
    process.exitCode = await runClient(words, flags);
  });

withReports(
  withVerdicts(
    withSelection(
      command('browsers [engine...]', 'plays the client cases in chromium, firefox and webkit'),
    ),
  ),
)
  .option('--timeout <ms>', 'how long one observation may take', milliseconds, 5000)
  .option('--seed <text>', 'keys and masks follow from it: the same seed sends the same bytes')
  .option('--whole-timelines', 'keeps every byte of long conversations', false)
  .option('--no-baseline', 'compares with nothing that is known of this version')
  .option('--write-baseline <folder>', 'writes what was seen as the baseline of this version')
  .action(async (names: string[], flags) => {
    const { runBrowsers } = await import('./cli/browsers.ts');
    process.exitCode = await runBrowsers(names, flags);
  });

withFilters(command('list', 'lists all cases, also those that a run plays only when asked'))
  .option('--json', 'as JSON, with requirement, level, spec and Autobahn ids', false)
  .option('--coverage', 'what the documents ask of a server, and the cases that check it', false)
  .action(async (flags) => {
    if (flags.coverage) {
      const { coverageAsJson, coverageAsText } = await import('./cli/coverage.ts');
      process.stdout.write(flags.json ? coverageAsJson() : coverageAsText());
      return;
    }
    const { runList } = await import('./cli/list.ts');
    process.exitCode = runList(flags);
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

withExports(
  withReports(
    withSelectors(command('report <results...>', 'merges, filters and shows stored results')),
  ),
)
  .option('--html <file>', 'writes the page there: the same as --reporter html:<file>')
  .option('--case <id>', 'the case whose conversation --har and --pcapng write')
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

watchStandardStreams();
try {
  await program.parseAsync();
} catch (error) {
  // Commander has said what is wrong, or shown what was asked for.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    const sentence = sentenceFor(error);
    const fault = () =>
      `a fault of Framewright, please report it: ${(error as Error)?.stack ?? error}`;
    say(`framewright: ${sentence ?? fault()}`);
    process.exitCode = 2;
  }
}
const unwritten = await standardOutputEnds();
if (unwritten !== undefined && process.exitCode !== 2) {
  say(`framewright: ${unwritten}`);
  process.exitCode = 2;
}
// Conversations that an interrupted run left open are nobody's business any more.
process.exit();
