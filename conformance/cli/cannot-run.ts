/** Why a command cannot run, in a sentence with what to do next. */

import type { NotAWebSocketServerError } from '../run/server/probe/refusals.ts';
import type { ConnectError } from '../transport/connect.ts';

/** The message is for the user; exit code 2. */
export class CannotRun extends Error {
  override readonly name = 'CannotRun';
}

/** Errors whose message is already written for the user. */
const forUsers = new Set([
  'CannotRun',
  'CommandError',
  'DamagedTimelineError',
  'FloodError',
  'HeaderError',
  'MissingBrowser',
  'MissingPackages',
  'NotAWebSocketServerError',
  'ResultsFileError',
  'TargetUrlError',
  'UnknownSelectorError',
]);

/** @returns undefined for an unexpected error: a bug of ours */
export function sentenceFor(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'NotAWebSocketServerError') {
    return `${error.message}. ${nextStep(error as NotAWebSocketServerError)}`;
  }
  if (error.name === 'ConnectError') return connectSentence(error as ConnectError);
  return forUsers.has(error.name) ? error.message : undefined;
}

/** What to do after a refused handshake, by its status. */
const afterRefusal: Readonly<Record<number, string>> = {
  101: 'It may require a subprotocol (--subprotocol), a login (--basic, --cookie) or a first message (--init).',
  401: "It requires a login: --basic user:password, --cookie or --header 'Authorization: …' sends one.",
  403: 'It may require a login (--basic, --cookie) or an Origin (--origin https://…).',
  407: "A proxy requires a login: --header 'Proxy-Authorization: …' sends one.",
  429: 'It has received too many requests: try again later.',
  503: 'It is unavailable: try again later.',
};

function nextStep({ message, status = 0 }: NotAWebSocketServerError): string {
  const known = afterRefusal[status];
  if (known) return known;
  if (status >= 300 && status < 400) return 'Redirects are not followed: use the new address.';
  const right = 'Check the port and the path: a WebSocket server answers with 101.';
  if (message.endsWith(' ms')) return `${right} --timeout waits longer.`;
  // A TLS server answers plain HTTP with an alert, or just closes.
  if (status === 0) return `${right} If it speaks TLS, its address begins with wss://.`;
  return right;
}

const certificateCodes =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_.*|ERR_TLS_CERT_.*|CERT_.*)$/;

function connectSentence({ code, message, host }: ConnectError): string {
  if (code === 'ECONNREFUSED') {
    return `${message}. Nothing is listening there: start the server, or let Framewright start it with -- <command>.`;
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `${message}. Check the host name.`;
  if (certificateCodes.test(code)) return `${message}. --insecure accepts any certificate.`;
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) {
    return `${host} answers, but not with TLS: perhaps its address begins with ws://.`;
  }
  return message;
}
