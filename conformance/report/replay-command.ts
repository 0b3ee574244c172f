/** The command that repeats the conversation of a verdict. */
import type { Run } from '../results/results.ts';
import { forShell } from '../untrusted/inert.ts';

/** @returns undefined if there is none, or if a shell could not be given its words */
export function replayCommand(id: string, { target, options, catalogue }: Run): string | undefined {
  const { role, url, command } = target;
  if (role !== 'server' || url === undefined) return undefined;
  // Either would be parsed as an option.
  if (id.startsWith('-') || url.startsWith('-')) return undefined;
  const words = [
    ...[id, url],
    ...options.headers.flatMap((name) => ['--header', `${name}: …`]),
    ...Array.from({ length: options.inits ?? 0 }, () => ['--init', '…']).flat(),
    ...(options.hasMessage ? ['--message', '…'] : []),
    ...(options.insecure ? ['--insecure'] : []),
    ...(catalogue.volume === 'full' ? ['--volume', 'full'] : []),
    ...['--seed', options.seed],
    ...(command ? ['--', ...command] : []),
  ].map(forShell);
  if (words.includes(undefined)) return undefined;
  return ['npx framewright replay', ...words].join(' ');
}
