#!/usr/bin/env node
/**
 * The command line. Each command loads its code only when it is called, so that start-up is fast.
 * Exit codes: 0 all as expected, 1 unexpected verdicts, 2 could not run.
 */
import { Command, CommanderError, InvalidArgumentError, type Option } from 'commander';
import { sentenceFor } from './cli/cannot-run.ts';
import { withExports } from './cli/exports.ts';
import {
  concurrency,
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
import { version } from './results/version.ts';

const program = new Command('framewright')
  .description('A WebSocket conformance test suite that shows the bytes behind every verdict')
  .version(version)
  .exitOverride()
  .showHelpAfterError('(see --help)')
  .configureHelp({ optionDescription: describeOption })
  .configureOutput({ writeErr: (text) => say(text.trimEnd()) })
  .addHelpText(
    'after',
    `
Exit codes:
  0  all as expected
  1  unexpected verdicts, including a known failure that passes or a line that matches no case
  2  could not run: invalid options, no connection, nothing to judge, a target that died, a bug in the harness

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
The command after -- is started before the run and stopped at the end. Its port
is in the environment variable PORT and replaces {port} in its arguments. If the
URL has port 0, a free port is chosen.`;

const clientHelp = `
A client connects to /getCaseCount, then to /runCase?case=1&agent=name and so on,
echoes every message, and finally connects to /updateReports?agent=name. A case
can also be requested by its id: ?id=utf8/empty.

The command after -- is run once; {url} is replaced with ws://host:port. If it
contains {case-url} or {case}, it is run for each case; {case-url} is replaced
with the URL of the case, and {case} with its id:
  framewright client --port 0 -- node my-loop.js {url}
  framewright client --port 0 -- my-client {case-url}`;

const withCommand = (made: Command) =>
  made
    .option(
      '--start-timeout <ms>',
      'timeout for a started command to listen and answer its first handshake, and for a lost target to come back',
      milliseconds,
      30_000,
    )
    .addHelpText('after', commandHelp);

withCommand(
  withReports(
    withVerdicts(
      withTarget(
        withSelection(command('server <url> [command...]', 'run the cases against a server')),
      ),
    ),
  ),
)
  .option(
    '--concurrency <n>',
    'maximum number of cases run at the same time; fewer if the target is slow',
    concurrency,
    16,
  )
  .option('--whole-timelines', 'do not truncate long conversations in results', false)
  .option('--name <name>', 'name of the target in reports')
  .option('--target-version <version>', 'version of the target in reports')
  .action(async (url: string, words: string[], flags) => {
    const { runServer } = await import('./cli/server.ts');
    process.exitCode = await runServer(url, words, flags);
  });

withReports(
  withVerdicts(
    withSelection(
      command('client [command...]', 'serve the cases to a client, at the URLs that Autobahn uses'),
    ),
  ),
)
  .option('--port <n>', 'port to listen on; 0 chooses a free one', port, 9001)
  .option('--host <address>', 'address to listen on', '127.0.0.1')
  .option('--timeout <ms>', 'timeout for a single observation', milliseconds, 5000)
  .option('--seed <text>', 'determines keys and masks: the same seed sends the same bytes')
  .option('--whole-timelines', 'do not truncate long conversations in results', false)
  .addHelpText('after', clientHelp)
  .action(async (words: string[], flags) => {
    const { runClient } = await import('./cli/client.ts');
    process.exitCode = await runClient(words, flags);
  });

withReports(
  withVerdicts(
    withSelection(
      command('browsers [engine...]', 'run the client cases in chromium, firefox and webkit'),
    ),
  ),
)
  .option('--timeout <ms>', 'timeout for a single observation', milliseconds, 5000)
  .option('--seed <text>', 'determines keys and masks: the same seed sends the same bytes')
  .option('--whole-timelines', 'do not truncate long conversations in results', false)
  .option('--no-baseline', 'do not compare with the recorded baseline for this version')
  .option('--write-baseline <folder>', 'write the results as the baseline for this version')
  .action(async (names: string[], flags) => {
    const { runBrowsers } = await import('./cli/browsers.ts');
    process.exitCode = await runBrowsers(names, flags);
  });

withFilters(command('list', 'list all cases, including those that run only on request'))
  .option('--json', 'print JSON, with requirement, level, specification and Autobahn ids', false)
  .option('--coverage', 'list the requirements for a server, and the cases that check them', false)
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
      command(
        'replay <case> <url> [command...]',
        'run one case and show every byte sent and received',
      ),
    ),
  ),
)
  .addOption(volumeOption())
  .option('--bytes <n>', 'maximum number of bytes shown per payload', positiveInteger, 256)
  .action(async (id: string, url: string, words: string[], flags) => {
    const { runReplay } = await import('./cli/replay.ts');
    process.exitCode = await runReplay(id, url, words, flags);
  });

withCommand(
  withTarget(command('probe <url> [command...]', 'show what a server does, and how to test it')),
)
  .option('--json', 'print JSON', false)
  .action(async (url: string, words: string[], flags) => {
    const { runProbe } = await import('./cli/probe.ts');
    process.exitCode = await runProbe(url, words, flags);
  });

const verdict = (value: string, previous: readonly string[]) => {
  const known = ['pass', 'fail', 'warn', 'info', 'skip', 'error'];
  const wanted = value.split(',');
  if (wanted.every((one) => known.includes(one))) return [...previous, ...wanted];
  throw new InvalidArgumentError(`The verdicts are ${known.join(', ')}.`);
};

withExports(
  withReports(
    withSelectors(
      command('report <results...>', 'merge, filter, rejudge and convert stored results'),
    ),
  ),
)
  .option('--html <file>', 'write the HTML report; the same as --reporter html:<file>')
  .option('--case <id>', 'the case to export with --har and --pcapng')
  .option('--target <name>', 'include only this target; repeatable', append, [])
  .option(
    '--verdict <verdicts>',
    'include only these verdicts, for example fail,warn; repeatable',
    verdict,
    [],
  )
  .option('--rejudge', 'judge the stored conversations again with this version of the cases', false)
  .action(async (paths: string[], flags) => {
    const { runReport } = await import('./cli/report.ts');
    process.exitCode = await runReport(paths, flags);
  });

/** Shows a default only if it is a number or a text. */
function describeOption({ description, argChoices, defaultValue }: Option): string {
  const choices = argChoices ? [argChoices.join(' or ')] : [];
  const isShown = typeof defaultValue === 'number' || typeof defaultValue === 'string';
  const more = [...choices, ...(isShown ? [`default: ${defaultValue}`] : [])];
  return more.length > 0 ? `${description} (${more.join('; ')})` : description;
}

function append(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value];
}

for (const made of program.commands) {
  for (const option of made.options) if (option.required) requireOneValue(made, option);
}

/** Of two values one would be ignored silently; an empty one is a variable that was not set. */
function requireOneValue(made: Command, option: Option): void {
  const { flags, defaultValue } = option;
  const isRepeatable = Array.isArray(defaultValue);
  let isGiven = false;
  made.on(`option:${option.name()}`, (value: string) => {
    if (value === '') made.error(`error: option '${flags}' has an empty value`);
    if (isGiven && !isRepeatable) made.error(`error: option '${flags}' can be given once only`);
    isGiven = true;
  });
}

watchStandardStreams();
try {
  await program.parseAsync();
} catch (error) {
  // Commander has already printed the error, or the requested help.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    const sentence = sentenceFor(error);
    const fault = () =>
      `a bug in Framewright, please report it: ${(error as Error)?.stack ?? error}`;
    say(`framewright: ${sentence ?? fault()}`);
    process.exitCode = 2;
  }
}
const unwritten = await standardOutputEnds();
if (unwritten !== undefined && process.exitCode !== 2) {
  say(`framewright: ${unwritten}`);
  process.exitCode = 2;
}
// Drop connections that an interrupted run left open.
process.exit();
