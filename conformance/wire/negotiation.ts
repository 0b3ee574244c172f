/**
 * What a handshake agreed on: subprotocol and extensions (RFC 6455 §9.1, RFC 7692 §7.1), read from
 * recorded heads. It reads whatever is there, even where it should not be.
 */
import { type HttpHead, headerValues } from './http-head.ts';

/** A member of Sec-WebSocket-Extensions (§9.1). */
export interface Extension {
  readonly name: string;
  /** In order; a value is undefined where the parameter had none. Quotes are taken off. */
  readonly parameters: readonly (readonly [name: string, value: string | undefined])[];
}

/** What permessage-deflate means for each direction (RFC 7692 §7.1). */
export interface DeflateAgreement {
  readonly client: DeflateDirection;
  readonly server: DeflateDirection;
}

/** How one side compresses its messages. */
export interface DeflateDirection {
  /** False where every message is compressed on its own. */
  readonly contextTakeover: boolean;
  /** Base-2 logarithm of the LZ77 window: 8 to 15. */
  readonly windowBits: number;
}

/** The members of all Sec-WebSocket-Extensions headers of a head, in order. */
export function readExtensions(head: HttpHead): Extension[] {
  return headerValues(head, 'Sec-WebSocket-Extensions').flatMap(parseExtensions);
}

/** The members of one header's value, in order. */
export function parseExtensions(value: string): Extension[] {
  return splitOutsideQuotes(value, ',')
    .filter((member) => member !== '')
    .map((member) => {
      const [name = '', ...parameters] = splitOutsideQuotes(member, ';');
      return { name, parameters: parameters.map(readParameter) };
    });
}

/** The agreement a response announces, whether or not it was offered. */
export function readDeflateAgreement(response: HttpHead): DeflateAgreement | undefined {
  const deflate = readExtensions(response).find(({ name }) => name === 'permessage-deflate');
  return deflate && readDeflateParameters(deflate);
}

/** What the answer to an offer means for each direction. */
export function readDeflateParameters(deflate: Extension): DeflateAgreement {
  const parameters = new Map(deflate.parameters);
  const direction = (side: 'client' | 'server'): DeflateDirection => ({
    contextTakeover: !parameters.has(`${side}_no_context_takeover`),
    windowBits: windowBits(parameters.get(`${side}_max_window_bits`)),
  });
  return { client: direction('client'), server: direction('server') };
}

function windowBits(value: string | undefined): number {
  return value !== undefined && /^([89]|1[0-5])$/.test(value) ? Number(value) : 15;
}

function readParameter(text: string): readonly [string, string | undefined] {
  const equals = text.indexOf('=');
  if (equals === -1) return [text, undefined];
  const value = text.slice(equals + 1).trim();
  const quoted = /^"(.*)"$/s.exec(value);
  return [text.slice(0, equals).trim(), quoted ? quoted[1]!.replace(/\\(.)/gs, '$1') : value];
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  const members: string[] = [];
  let member = '';
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index]!;
    if (quoted && character === '\\') {
      member += character + (text[index + 1] ?? '');
      index += 1;
      continue;
    }
    if (character === '"') quoted = !quoted;
    if (character === separator && !quoted) {
      members.push(member.trim());
      member = '';
    } else {
      member += character;
    }
  }
  members.push(member.trim());
  return members;
}
