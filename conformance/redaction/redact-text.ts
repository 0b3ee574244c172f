/** Finds secrets by their names in text from any source. */
import { isSecretHeader, isSecretParameter, looksRandom } from './secret-names.ts';

/** Replaces a secret. It is legal in an address, and quoted in a shell. */
export const placeholder = '***';

/** Removes secret-looking values and credentials from each address in the text. */
export function redactAddresses(text: string): string {
  return text
    .replace(/(:\/\/)[^\s/?#@"'<>]+@/g, `$1${placeholder}@`)
    .replace(/([?&;]([\w.~%[\]-]+)=)([^&;\s"'#<>]+)/g, (all, before, name, value) =>
      isSecretParameter(name, value) ? `${before}${placeholder}` : all,
    );
}

/** A message that may quote a command line: header values are redacted as well. */
export function redactMessage(text: string): string {
  return redactAddresses(text).replace(
    /\b([A-Za-z][\w-]*): ?([^\s'"][^\r\n'"]*)/g,
    (all, name, value) => (isSecretHeader(name) && value !== '…' ? `${name}: ${placeholder}` : all),
  );
}

/** The words of a command without the values of secret-looking options and variables. */
export function redactWords(words: readonly string[]): readonly string[] {
  return words.map((word, index) => {
    if (isValueOfSecretOption(words[index - 1], word)) return placeholder;
    const [, before = '', name = '', value = ''] =
      /^((?:-{1,2})?([\w.-]+)=)(.+)$/s.exec(word) ?? [];
    if (name && isSecretParameter(name, value)) return `${before}${placeholder}`;
    return looksRandom(word) ? placeholder : redactMessage(word);
  });
}

/** `--token VALUE`; a word that begins with a dash is the next option. */
function isValueOfSecretOption(before: string | undefined, word: string): boolean {
  const [, name] = /^--?([A-Za-z][\w.-]*)$/.exec(before ?? '') ?? [];
  return name !== undefined && isSecretParameter(name, '') && !word.startsWith('-');
}
