/** Options for the request that a server wants: what goes into every handshake, and TLS. */
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { type Command, InvalidArgumentError } from 'commander';
import { problemWith } from '../play/given-headers.ts';
import { serverTarget } from '../run/server/server-target.ts';
import type { ServerTarget } from '../transport/connect.ts';
import type { DialTls } from '../transport/dial.ts';
import type { Header } from '../wire/http-head.ts';
import { CannotRun } from './cannot-run.ts';

export interface RequestFlags {
  readonly header: readonly Header[];
  readonly subprotocol: readonly string[];
  readonly cookie: readonly string[];
  readonly basic?: string;
  readonly origin?: string;
  readonly insecure: boolean;
  readonly ca?: string;
  readonly clientCert?: string;
  readonly clientKey?: string;
  readonly passphrase?: string;
}

/** Adds the options; a case about one of these fields has the last word on it. */
export function withRequest(command: Command): Command {
  return command
    .option(
      '--header <header>',
      "header for every handshake, as 'Name: value'; repeatable, also with the same name",
      (value: string, previous: readonly Header[]) => [...previous, header(value)],
      [],
    )
    .option(
      '--subprotocol <name>',
      'subprotocol to offer in every handshake; repeatable, in order of preference',
      (value: string, previous: readonly string[]) => [...previous, subprotocol(value)],
      [],
    )
    .option(
      '--cookie <pair>',
      "cookie for every handshake, as 'name=value'; repeatable",
      (value: string, previous: readonly string[]) => [...previous, cookie(value)],
      [],
    )
    .option('--basic <login>', 'Basic authentication for every handshake, as user:password', login)
    .option('--origin <origin>', 'Origin of every handshake, as a page there has it', origin)
    .option('--insecure', 'accept any TLS certificate', false)
    .option('--ca <file>', 'PEM file with the authority that the certificate has to be from')
    .option('--client-cert <file>', 'client certificate for TLS: PEM, or PKCS#12 with its key')
    .option('--client-key <file>', 'key of the client certificate, if it is in another file (PEM)')
    .option('--passphrase <text>', 'passphrase of that key or PKCS#12 file');
}

/**
 * The target that the options describe.
 * @throws {CannotRun} if a file cannot be read or used, or if an option needs `wss:`
 */
export function targetOf(address: string, flags: RequestFlags): ServerTarget {
  const tls = tlsOf(flags);
  const target = serverTarget(address, {
    headers: headersOf(flags),
    insecure: flags.insecure,
    ...(tls && { tls }),
  });
  if (tls && target.url.protocol !== 'wss:') {
    throw new CannotRun(`--ca and --client-cert are for TLS; ${address} has none: use wss://`);
  }
  return target;
}

function headersOf({ header, subprotocol, cookie, basic, origin }: RequestFlags): Header[] {
  const encoded = basic === undefined ? '' : Buffer.from(basic, 'utf8').toString('base64');
  return [
    ...header,
    ...(subprotocol.length > 0
      ? [['Sec-WebSocket-Protocol', subprotocol.join(', ')] as const]
      : []),
    // RFC 6265 §5.4: one field with all cookies.
    ...(cookie.length > 0 ? [['Cookie', cookie.join('; ')] as const] : []),
    ...(basic === undefined ? [] : [['Authorization', `Basic ${encoded}`] as const]),
    ...(origin === undefined ? [] : [['Origin', origin] as const]),
  ];
}

function tlsOf(flags: RequestFlags): Omit<DialTls, 'insecure'> | undefined {
  const { ca, clientCert, clientKey, passphrase } = flags;
  if (clientCert === undefined && (clientKey ?? passphrase) !== undefined) {
    throw new CannotRun('--client-key and --passphrase need --client-cert');
  }
  if (ca === undefined && clientCert === undefined) return undefined;
  const certificate = clientCert === undefined ? undefined : read('--client-cert', clientCert);
  const key = clientKey === undefined ? undefined : read('--client-key', clientKey);
  const isPem = certificate?.includes('-----BEGIN');
  const tls = {
    ...(ca !== undefined && { ca: read('--ca', ca).toString() }),
    ...(certificate && !isPem && { pfx: certificate }),
    ...(certificate && isPem && { cert: certificate.toString(), key: `${key ?? certificate}` }),
    ...(passphrase !== undefined && { passphrase }),
  };
  try {
    createSecureContext(tls);
  } catch (error) {
    const reason = (error as Error).message;
    throw new CannotRun(`the certificate for TLS cannot be used: ${reason}`);
  }
  return tls;
}

function read(option: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new CannotRun(`${option} ${file} cannot be read: ${(error as Error).message}`);
  }
}

/** RFC 9110 §5.1: a field name is a token; a value has no line breaks. */
function header(value: string): Header {
  const [, name, content] = /^([!#$%&'*+.^`|~\w-]+):[ \t]*([^\r\n]*)$/.exec(value) ?? [];
  if (name === undefined) throw new InvalidArgumentError("It must look like 'Name: value'.");
  const problem = problemWith(name);
  if (problem) throw new InvalidArgumentError(problem);
  return [name, content!];
}

/** RFC 6455 §4.1 item 10: a token. */
function subprotocol(value: string): string {
  if (/^[!#$%&'*+.^`|~\w-]+$/.test(value)) return value;
  throw new InvalidArgumentError('It must be a token, such as chat.v1; repeat it for several.');
}

/** RFC 6265 §4.1.1: a token, `=`, and a value without white space, commas and semicolons. */
function cookie(value: string): string {
  if (/^[!#$%&'*+.^`|~\w-]+=[^\s",;\\]*$/.test(value)) return value;
  throw new InvalidArgumentError("It must look like 'name=value'; repeat it for several.");
}

/** RFC 7617 §2: the user name has no colon. */
function login(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 7617 §2 forbids them
  if (/^[^:\u0000-\u001f\u007f]*:[^\u0000-\u001f\u007f]*$/.test(value)) return value;
  throw new InvalidArgumentError('It must look like user:password.');
}

/** RFC 6454 §7: `null`, or scheme, host and perhaps port. */
function origin(value: string): string {
  if (value === 'null' || /^[a-z][\w+.-]*:\/\/[^\s/?#@]+$/i.test(value)) return value;
  throw new InvalidArgumentError("It must look like https://example.com, or be 'null'.");
}
