/**
 * Strings that a target, a results file or an argument chose, made inert for the place where they
 * are going to be read: one function for each kind of place. What a reader would not see, or a
 * program would obey, becomes a visible escape.
 */
import { escapeUnseen } from '../wire/printable.ts';

/**
 * One line for a terminal or a log. It holds no control, format or zero-width character, and no
 * command of a GitHub Actions runner, which obeys `::name::` where a line begins, spaces aside, and
 * `##[name]` anywhere in it.
 */
export function forTerminal(text: string): string {
  return withoutCommands(escapeUnseen(text));
}

/** Several lines for a terminal or a log, each as `forTerminal` makes it. */
export function forTerminalLines(text: string): string {
  return text.split('\n').map(forTerminal).join('\n');
}

function withoutCommands(line: string): string {
  // A lone colon is escaped, too: a sentence may go on with one.
  return line.replace(/^( *):(?=:|$)/, '$1\\x3a').replaceAll('##[', '#\\x23[');
}

/** The message of a GitHub annotation: the runner undoes these three escapes and no other. */
export function forAnnotation(text: string): string {
  return forTerminalLines(text)
    .replaceAll('%', '%25')
    .replaceAll('\r', '%0D')
    .replaceAll('\n', '%0A');
}

/** The value of a property of a GitHub annotation, such as its title. */
export function forAnnotationProperty(text: string): string {
  return forAnnotation(forTerminal(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/**
 * Text in XML, before its markup characters are escaped. Of the characters that XML 1.0 §2.2 cannot
 * hold, none is visible, so none is left; and what shows a JUnit file is often a terminal or a log.
 */
export const forXml = forTerminalLines;

/** An attribute in XML: its line breaks would be read as spaces (XML 1.0 §3.3.3). */
export const forXmlAttribute = forTerminal;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text or the value of an attribute in HTML or SVG. */
export function forMarkup(text: string): string {
  return forTerminal(text).replaceAll(/[&<>"']/g, (character) => entities[character]!);
}

/**
 * JSON that means the same and shows every character: what is unseen is an escape of JSON's own, so
 * that the file can be looked at in a terminal and read back without a loss.
 */
export function forJson(value: unknown, space?: number): string {
  const json = JSON.stringify(value, undefined, space);
  return /[^\n\x20-\x7e]|##\[/.test(json)
    ? json.replace(/[^\n\x20-\x7e]+/g, escapeUnseenInJson).replaceAll('##[', '#\\u0023[')
    : json;
}

function escapeUnseenInJson(text: string): string {
  return [...text]
    .map((character) => (isUnseen(character) ? unitsOf(character) : character))
    .join('');
}

const unitsOf = (text: string) =>
  Array.from(
    { length: text.length },
    (_, index) => `\\u${text.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('');

const isUnseen = (text: string) => escapeUnseen(text) !== text;

/**
 * A word of a command line as a POSIX shell reads it, in one visible line.
 * @returns undefined where there is no such word: an argument holds no NUL and no half of a
 *   character, and a command substitution keeps no line break at its end
 */
export function forShell(word: string): string | undefined {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (/\0|\p{Cs}/u.test(word)) return undefined;
  if (!isUnseen(word)) {
    return `'${word.replaceAll("'", "'\\''")}'`.replaceAll('##[', "#''#[");
  }
  if (word.endsWith('\n')) return undefined;
  const octal = (byte: number) => `\\${byte.toString(8).padStart(3, '0')}`;
  const format = [...Buffer.from(word)].map((byte) =>
    /[\w@+=:,./ -]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : octal(byte),
  );
  return `"$(printf '${format.join('')}')"`;
}

/** The longest name that leaves room for an ending, in characters. */
const longestFileName = 100;

/** One component of a path, on any file system: it leads into no other folder, and is not hidden. */
export function forFileName(text: string): string {
  const plain = text.replaceAll(/[^\w.-]+/g, '_').replace(/^[.-]+/, '_');
  return plain.slice(0, longestFileName) || '_';
}
