/**
 * Makes strings that a target, a results file or an argument chose inert for their destination: one
 * function for each kind of destination. Invisible characters and commands become visible escapes.
 */
import { escapeUnseen } from '../wire/printable.ts';

/**
 * One line for a terminal or a log, without control, format or zero-width characters and without
 * commands of a GitHub Actions runner, which obeys `::name::` at the beginning of a line, spaces
 * aside, and `##[name]` anywhere in it.
 */
export function forTerminal(text: string): string {
  return withoutCommands(escapeUnseen(text));
}

/** Several lines for a terminal or a log, each like `forTerminal`. */
export function forTerminalLines(text: string): string {
  return text.split('\n').map(forTerminal).join('\n');
}

function withoutCommands(line: string): string {
  // A single colon is escaped as well: the sentence may continue with one.
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
 * Text in XML, before its markup characters are escaped. The characters that XML 1.0 §2.2 forbids are
 * all invisible, so none is left; and a JUnit file is often shown in a terminal or a log.
 */
export const forXml = forTerminalLines;

/** An attribute in XML: its line breaks would become spaces (XML 1.0 §3.3.3). */
export const forXmlAttribute = forTerminal;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text or an attribute value in HTML or SVG. */
export function forMarkup(text: string): string {
  return forTerminal(text).replaceAll(/[&<>"']/g, (character) => entities[character]!);
}

/**
 * JSON with the same meaning and only visible characters: the others are JSON escapes, so that the
 * file can be shown in a terminal and read back without loss.
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
 * A word of a command line for a POSIX shell, in one visible line.
 * @returns undefined if there is no such word: an argument cannot contain NUL or half a character,
 *   and a command substitution drops line breaks at its end
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

/** The longest name that leaves room for an extension, in characters. */
const longestFileName = 100;

/** One component of a path on any file system: it leads to no other folder and is not hidden. */
export function forFileName(text: string): string {
  const plain = text.replaceAll(/[^\w.-]+/g, '_').replace(/^[.-]+/, '_');
  return plain.slice(0, longestFileName) || '_';
}
