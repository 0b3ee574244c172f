/**
 * The grammars of handshake headers: token lists and extension lists. Every parser here reads its
 * input once, from left to right, so that the cost of a value is linear in its length.
 */

const token = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
const ows = /[ \t]*/y;
const quotedPair = /"((?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t \x21-\x7e\x80-\xff])*)"/y;
const wholeToken = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** RFC 9110 §5.6.2. */
export function isToken(text: string): boolean {
  return wholeToken.test(text);
}

/** One offered or accepted extension. A parameter without a value has `true`. */
export interface Extension {
  readonly name: string;
  readonly parameters: readonly (readonly [name: string, value: string | true])[];
}

/** The elements of a comma-separated list, trimmed; empty ones are skipped (RFC 9110 §5.6.1). */
function splitList(value: string): string[] {
  const elements: string[] = [];
  for (const part of value.split(',')) {
    const element = part.trim();
    if (element !== '') elements.push(element);
  }
  return elements;
}

/** Whether a list of tokens contains `wanted` (in lower case), compared case-insensitively. */
export function listsToken(value: string, wanted: string): boolean {
  return splitList(value).some((element) => element.toLowerCase() === wanted);
}

/** A non-empty list of unique tokens (RFC 6455 §4.3), or undefined if it is malformed. */
export function parseTokenList(value: string): string[] | undefined {
  const elements = splitList(value);
  if (elements.length === 0 || !elements.every(isToken)) return undefined;
  return new Set(elements).size === elements.length ? elements : undefined;
}

/**
 * `Sec-WebSocket-Extensions` (RFC 6455 §9.1), or undefined if it is malformed.
 *
 * A quoted value is unquoted, and the result must be a token (RFC 6455 §9.1).
 */
export function parseExtensions(value: string): Extension[] | undefined {
  const extensions: Extension[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(value);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };
  const takeValue = (): string | undefined => {
    const quoted = take(quotedPair);
    if (quoted === null) return take(token)?.[0];
    const unquoted = quoted[1]!.replace(/\\(.)/g, '$1');
    return isToken(unquoted) ? unquoted : undefined;
  };
  const takeParameters = (): [string, string | true][] | undefined => {
    const parameters: [string, string | true][] = [];
    take(ows);
    while (value[at] === ';') {
      at += 1;
      take(ows);
      const name = take(token)?.[0];
      if (name === undefined) return undefined;
      take(ows);
      let parameter: string | true | undefined = true;
      if (value[at] === '=') {
        at += 1;
        take(ows);
        parameter = takeValue();
        if (parameter === undefined) return undefined;
        take(ows);
      }
      parameters.push([name, parameter]);
    }
    return parameters;
  };

  while (true) {
    take(ows);
    if (at === value.length) break;
    if (value[at] === ',') {
      at += 1;
      continue;
    }
    const name = take(token)?.[0];
    if (name === undefined) return undefined;
    const parameters = takeParameters();
    if (parameters === undefined) return undefined;
    if (at < value.length && value[at] !== ',') return undefined;
    extensions.push({ name, parameters });
  }
  return extensions.length > 0 ? extensions : undefined;
}
