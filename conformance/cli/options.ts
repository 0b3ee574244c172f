/** Options that several commands share, and the parsers of their values. */
import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type ApplicationMessage, applicationMessage } from '../format/application-message.ts';
import { isTimeout, longestTimeout } from '../play/timeout-range.ts';
import { reporters } from '../report/reporters.ts';
import { type RequestFlags, withRequest } from './request-options.ts';

export interface FilterFlags {
  readonly only: readonly string[];
  readonly skip: readonly string[];
  readonly volume: 'default' | 'full';
}

export interface SelectionFlags extends FilterFlags {
  readonly limits: boolean;
}

export interface TargetFlags extends RequestFlags {
  /** Messages that the application wants first. */
  readonly init: readonly ApplicationMessage[];
  readonly message: ApplicationMessage | undefined;
  readonly timeout: number;
  readonly seed: string | undefined;
}

export interface VerdictFlags {
  readonly failOn: 'must' | 'should';
  readonly knownFailing: string | undefined;
}

export interface ReportFlags {
  readonly reporter: readonly string[];
  readonly out: string | undefined;
  readonly verbose: boolean;
}

export interface RecordFlags {
  readonly wholeTimelines: boolean;
}

const collect =
  <T>(read: (value: string) => readonly T[]) =>
  (value: string, previous: readonly T[]): readonly T[] => [...previous, ...read(value)];

/** An empty one is a variable that was not set rather than the wish for all cases. */
function list(value: string): string[] {
  const parts = value.split(',').map((part) => part.trim());
  const named = parts.filter(Boolean);
  if (named.length === 0) throw new InvalidArgumentError('It has to name a case.');
  return named;
}

/**
 * A message as an option has it: text, `@` and a file, or `hex:` and octets. Octets that are not
 * UTF-8, and those in hexadecimal, are sent as a binary message.
 */
function spoken(value: string): ApplicationMessage {
  if (value.startsWith('hex:')) {
    const digits = value.slice('hex:'.length).replaceAll(/\s/g, '');
    if (/^([0-9a-f]{2})+$/i.test(digits))
      return applicationMessage(Buffer.from(digits, 'hex'), 'binary');
    throw new InvalidArgumentError(
      "After hex: it needs pairs of hexadecimal digits, as in 'hex:10 0c'.",
    );
  }
  if (!value.startsWith('@')) return applicationMessage(Buffer.from(value));
  try {
    return applicationMessage(readFileSync(value.slice(1)));
  } catch (error) {
    throw new InvalidArgumentError(`The file cannot be read: ${(error as Error).message}.`);
  }
}

/** Decimal digits: `Number` also takes spaces, hexadecimal digits and exponents, and '' for 0. */
const wholeNumber = (value: string) => (/^\d+$/.test(value) ? Number(value) : Number.NaN);

export function positiveInteger(value: string): number {
  const number = wholeNumber(value);
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new InvalidArgumentError('It must be a whole number above 0.');
  }
  return number;
}

/** More connections than that are more than a process may open. */
const mostAtOnce = 1000;

export function concurrency(value: string): number {
  const number = wholeNumber(value);
  if (number >= 1 && number <= mostAtOnce) return number;
  throw new InvalidArgumentError(`It has to be a whole number from 1 to ${mostAtOnce}.`);
}

/** @throws {InvalidArgumentError} also for values that exceed Node's timers */
export function milliseconds(value: string): number {
  const number = wholeNumber(value);
  if (!isTimeout(number)) {
    throw new InvalidArgumentError(
      `It must be a whole number of milliseconds, from 1 to ${longestTimeout}: a day.`,
    );
  }
  return number;
}

export function port(value: string): number {
  const number = wholeNumber(value);
  if (!(number <= 65_535)) {
    throw new InvalidArgumentError('It must be a number from 0 to 65535.');
  }
  return number;
}

export function withSelection(command: Command): Command {
  return withFilters(command).option(
    '--limits',
    'include the cases that stress memory or CPU',
    false,
  );
}

export function withFilters(command: Command): Command {
  return withSelectors(command).addOption(volumeOption());
}

export function withSelectors(command: Command): Command {
  const what = 'ids (utf8/*), topics (utf8), sections (5.4, rfc7692), levels, tags, autobahn:6.*';
  return command
    .option('--only <cases>', `only these cases: ${what}; repeatable`, collect(list), [])
    .option(
      '--skip <cases>',
      'leave out these cases; same syntax as --only; repeatable',
      collect(list),
      [],
    );
}

export function volumeOption(): Option {
  return new Option('--volume <volume>', 'amount of data; full sends as much as Autobahn')
    .choices(['default', 'full'])
    .default('default');
}

export function withTarget(command: Command): Command {
  return withRequest(command)
    .option(
      '--init <message>',
      'message that the application wants first: TEXT, @file or hex:…; repeatable',
      collect((value) => [spoken(value)]),
      [],
    )
    .option(
      '--message <message>',
      'message that the application answers: TEXT, @file or hex:…; cases send it in place of their texts',
      spoken,
    )
    .option('--timeout <ms>', 'timeout for a single observation', milliseconds, 5000)
    .option('--seed <text>', 'determines keys and masks: the same seed sends the same bytes');
}

export function withVerdicts(command: Command): Command {
  return command
    .addOption(
      new Option('--fail-on <level>', 'lowest level that fails the run')
        .choices(['must', 'should'])
        .default('must'),
    )
    .option(
      '--known-failing <file>',
      'file with the ids of cases that are known to fail, one per line',
    );
}

export function withReports(command: Command): Command {
  const names = Object.entries(reporters).map(([name, { about }]) => `${name} (${about})`);
  return command
    .option(
      '--reporter <name[:path]>',
      `${names.join(', ')}, a module (./my-reporter.mjs) or a package; repeatable`,
      collect((v) => [v]),
      [],
    )
    .option('--out <file>', 'write results.json; the same as --reporter json:<file>')
    .option('-v, --verbose', 'list every case with its observation', false);
}

/** What the options say to the application of the target. */
export const speechOf = ({ init, message }: Pick<TargetFlags, 'init' | 'message'>) => ({
  ...(init.length > 0 && { inits: init }),
  ...(message && { message }),
});
