/** Redacts known secrets wherever they occur: in text, and in the bytes of a stream. */
import type { Header } from '../wire/http-head.ts';
import { placeholder, redactAddresses } from './redact-text.ts';
import { isSecretHeader, isSecretParameter, looksRandom } from './secret-names.ts';

/** Shorter ones are parts of ordinary words: they are redacted only as whole words. */
const longEnough = 8;
/** Still shorter ones are redacted only after their name. */
const shortest = 4;

export class Redactor {
  /** The longest first: one may be part of another. */
  readonly #values: readonly string[];
  /** `Cookie: a=b` and `token=x`: the text before the value is kept. */
  readonly #named: readonly (readonly [before: string, value: string])[];

  constructor(
    values: Iterable<string> = [],
    named: Iterable<readonly [before: string, value: string]> = [],
  ) {
    const whole = [...new Set(values)].filter(({ length }) => length >= shortest);
    this.#values = whole.toSorted((a, b) => b.length - a.length);
    this.#named = [...named].filter(([, value]) => value !== '');
  }

  get isEmpty(): boolean {
    return this.#values.length === 0 && this.#named.length === 0;
  }

  and(other: Redactor): Redactor {
    if (other.isEmpty) return this;
    return new Redactor([...this.#values, ...other.#values], [...this.#named, ...other.#named]);
  }

  text(text: string): string {
    let redacted = text;
    for (const [before, value] of this.#named) {
      redacted = redacted.replaceAll(before + value, before + placeholder);
    }
    for (const value of this.#values) redacted = redacted.replace(patternOf(value), placeholder);
    return redactAddresses(redacted);
  }

  /**
   * In place, without moving a byte: an asterisk for each byte.
   * @returns the offset after the last redaction; 0 if there was none
   */
  stream(bytes: Buffer): number {
    let last = 0;
    const blank = (start: number, length: number) => {
      bytes.fill('*', start, start + length);
      last = Math.max(last, start + length);
    };
    for (const [before, value] of this.#named) {
      for (const start of placesOf(bytes, before + value)) {
        blank(start + Buffer.byteLength(before), Buffer.byteLength(value));
      }
    }
    for (const value of this.#values) {
      for (const start of placesOf(bytes, value)) {
        const length = Buffer.byteLength(value);
        if (value.length >= longEnough || standsAlone(bytes, start, length)) blank(start, length);
      }
    }
    return last;
  }

  /** Whether the bytes contain a secret. */
  isIn(bytes: Uint8Array): boolean {
    return !this.isEmpty && this.stream(Buffer.from(bytes)) > 0;
  }
}

function patternOf(value: string): RegExp {
  const literal = value.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  return value.length >= longEnough
    ? new RegExp(literal, 'g')
    : new RegExp(`(?<![A-Za-z0-9])${literal}(?![A-Za-z0-9])`, 'g');
}

function* placesOf(bytes: Buffer, text: string): Generator<number> {
  const wanted = Buffer.from(text);
  for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 1)) yield at;
}

function standsAlone(bytes: Buffer, start: number, length: number): boolean {
  const isAlphanumeric = (byte = 0x20) => /[A-Za-z0-9]/.test(String.fromCharCode(byte));
  return !isAlphanumeric(bytes[start - 1]) && !isAlphanumeric(bytes[start + length]);
}

/** The secrets given by the user: in the address, in headers, in the words of a command. */
export function redactorFor(
  url: URL | undefined,
  headers: readonly Header[] = [],
  words: readonly string[] = [],
): Redactor {
  const inWords = words.flatMap((word, index) => {
    const option = /^--?([A-Za-z][\w.-]*)$/.exec(words[index - 1] ?? '')?.[1];
    const [, name = '', value = ''] = /^-{0,2}([\w.-]+)=(.+)$/s.exec(word) ?? [];
    return [
      ...(option && isSecretParameter(option, '') && !word.startsWith('-') ? [word] : []),
      ...(name && isSecretParameter(name, value) ? [value] : []),
      ...(isSecretParameter('', word) ? [word] : []),
    ];
  });
  return new Redactor(inWords)
    .and(inParameters(`${url?.search ?? ''} ${words.join(' ')}`))
    .and(inHeaders([...headers, ...words.flatMap(headerIn)]));
}

/** `-H 'Name: value'` */
function headerIn(word: string): Header[] {
  const [, name, value] = /^([\w-]+):[ \t]*(.*)$/s.exec(word) ?? [];
  return name && value ? [[name, value]] : [];
}

/** The secret-looking parts of a head written by the target: cookies, credentials, query. */
export function redactorOfHead(head: Buffer): Redactor {
  const text = head.toString('latin1');
  const headers = text.split('\r\n').flatMap((line): Header[] => {
    const [, name, value] = /^([^\s:]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    return name && value ? [[name, value]] : [];
  });
  return inParameters(text).and(inHeaders(headers));
}

function inParameters(text: string): Redactor {
  const secret = [...text.matchAll(/[?&;]([\w.~%[\]-]+)=([^&;\s"'#<>]+)/g)].filter(
    ([, name, value]) => isSecretParameter(name!, value!),
  );
  const values = secret.flatMap(([, , value]) => [value!, decoded(value!)]);
  return new Redactor(
    values,
    secret.map(([, name, value]) => [`${name}=`, value!]),
  );
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return value;
  }
}

function inHeaders(headers: readonly Header[]): Redactor {
  const secret = headers.filter(([name]) => isSecretHeader(name));
  return inSecretHeaders(secret).and(new Redactor(headers.flatMap(tokensIn)));
}

/** A page cannot send Authorization: many send a token as a subprotocol. Other names are kept. */
function tokensIn([name, value]: Header): string[] {
  if (!/^sec-websocket-protocol$/i.test(name)) return [];
  return value.split(/[ \t]*,[ \t]*/).filter(looksRandom);
}

/** The whole value, that of each cookie, and the credentials of an authentication scheme. */
function inSecretHeaders(headers: readonly Header[]): Redactor {
  const values = headers.flatMap(([name, value]) => [
    value,
    ...(/cookie/i.test(name) ? cookiesIn(value) : credentialsIn(value)),
  ]);
  const named = headers.flatMap(([name, value]) =>
    [': ', ':'].map((colon) => [`${name}${colon}`, value] as const),
  );
  return new Redactor(values, named);
}

const cookiesIn = (value: string) =>
  value.split(/; */).flatMap((cookie) => /^[^=]+=(.+)$/.exec(cookie)?.[1] ?? []);

function credentialsIn(value: string): string[] {
  const [, scheme, credentials] = /^([\w-]+) +(\S.*)$/.exec(value) ?? [];
  if (!credentials) return [];
  if (!/^basic$/i.test(scheme!)) return [credentials];
  const login = Buffer.from(credentials, 'base64').toString();
  return [credentials, login, login.slice(login.indexOf(':') + 1)];
}
