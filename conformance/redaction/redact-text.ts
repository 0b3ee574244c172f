/** Secrets in text whose author is not known to have any: found by their names. */
import { isSecretHeader, isSecretParameter, looksRandom } from './secret-names.ts';

/** What stands for a secret. In an address it is legal, and in a shell it is quoted. */
export const placeholder = '***';

/** The query of each address in the text without values that look secret, and without credentials. */
export function redactAddresses(text: string): string {
  return text
    .replace(/(:\/\/)[^\s/?#@"'<>]+@/g, `$1${placeholder}@`)
    .replace(/([?&;]([\w.~%[\]-]+)=)([^&;\s"'#<>]+)/g, (all, before, name, value) =>
      isSecretParameter(name, value) ? `${before}${placeholder}` : all,
    );
}

/** A message that may repeat what a command line said: also without the values of headers. */
export function redactMessage(text: string): string {
  return redactAddresses(text).replace(
    /\b([A-Za-z][\w-]*): ?([^\s'"][^\r\n'"]*)/g,
    (all, name, value) => (isSecretHeader(name) && value !== '…' ? `${name}: ${placeholder}` : all),
  );
}

/** The words of a command without the values of options and variables that look secret. */
export function redactWords(words: readonly string[]): readonly string[] {
  return words.map((word, index) => {
    if (isValueOfSecretOption(words[index - 1], word)) return placeholder;
    const [, before = '', name = '', value = ''] =
      /^((?:-{1,2})?([\w.-]+)=)(.+)$/s.exec(word) ?? [];
    if (name && isSecretParameter(name, value)) return `${before}${placeholder}`;
    return looksRandom(word) ? placeholder : redactMessage(word);
  });
}

/** `--token VALUE`; what begins with a dash is the next option. */
function isValueOfSecretOption(before: string | undefined, word: string): boolean {
  const [, name] = /^--?([A-Za-z][\w.-]*)$/.exec(before ?? '') ?? [];
  return name !== undefined && isSecretParameter(name, '') && !word.startsWith('-');
}
