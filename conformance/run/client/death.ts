/** Whether a client's process crashed or ended intentionally: an exit code alone is not a crash. */

/** Signals for faults of the process itself or of its memory, with their numbers. */
const crashes: Readonly<Record<string, number>> = {
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGSEGV: 11,
};

/**
 * What runtimes print about uncaught errors. A failed connection may end a program too (an `error`
 * event without a listener): only errors of the program itself count.
 */
const runtimes: readonly { readonly ended: RegExp; readonly error: RegExp }[] = [
  {
    ended: /^(Node\.js|Bun) v\d|^error: Uncaught/m,
    error: /^(?:error: Uncaught (?:\(in promise\) )?)?((?:Type|Range|Reference|Syntax)Error\b.*)$/m,
  },
  {
    ended: /^Traceback \(most recent call last\)/m,
    error:
      /^((?:Type|Index|Key|Attribute|Name|Value|Assertion|ZeroDivision|Overflow|UnicodeDecode)Error\b.*)$/m,
  },
  { ended: /^thread '.*' .*panicked at/m, error: /^(thread '.*' .*panicked at.*)$/m },
  { ended: /^goroutine \d/m, error: /^((?:panic|fatal error): .*)$/m },
];
const aboutConnection = /Unhandled 'error' event/;
const longest = 200;

/**
 * @param how `exited with code 1`, `was ended by SIGSEGV`
 * @param output what the process wrote
 * @returns how it crashed, in words; undefined if it did not
 */
export function deathOf(how: string, output: string): string | undefined {
  const signal = /^was ended by (\w+)$/.exec(how)?.[1];
  if (signal) return signal in crashes ? `its process ${how}` : undefined;
  const code = Number(/^exited with code (\d+)$/.exec(how)?.[1] ?? 0);
  if (code === 0) return undefined;
  // A shell exits with 128 plus the number of the signal that ended its command.
  const [name] = Object.entries(crashes).find(([, number]) => code === 128 + number) ?? [];
  if (name) return `its process ${how} (${name})`;
  if (aboutConnection.test(output)) return undefined;
  for (const { ended, error } of runtimes) {
    const said = ended.test(output) ? error.exec(output)?.[1] : undefined;
    if (said) return `its process ${how}: ${said.trim().slice(0, longest)}`;
  }
  return undefined;
}
