/** The one command that holds the conversation of a verdict again. */
import type { Run } from '../results/results.ts';

export function replayCommand(id: string, { target, options, catalogue }: Run): string | undefined {
  const { role, url, command } = target;
  if (role !== 'server' || url === undefined) return undefined;
  return [
    'npx framewright replay',
    id,
    quoteForShell(url),
    ...options.headers.map((name) => `--header ${quoteForShell(`${name}: …`)}`),
    ...(options.insecure ? ['--insecure'] : []),
    ...(catalogue.volume === 'full' ? ['--volume full'] : []),
    `--seed ${quoteForShell(options.seed)}`,
    ...(command ? ['--', ...command.map(quoteForShell)] : []),
  ].join(' ');
}

/** As a POSIX shell reads it: in single quotes where a character means something to it. */
export function quoteForShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
