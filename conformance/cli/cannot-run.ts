/** What keeps a command from running, in a sentence that says what to do next. */
import type { ConnectError } from '../play/connect.ts';

/** The message is for the user; exit code 2. */
export class CannotRun extends Error {
  override readonly name = 'CannotRun';
}

/** Errors whose message is written for the user already. */
const forUsers = new Set([
  'CannotRun',
  'CommandError',
  'DamagedTimelineError',
  'NotAWebSocketServerError',
  'ResultsFileError',
  'TargetUrlError',
  'UnknownSelectorError',
]);

/** @returns undefined for what nobody foresaw: a fault of ours */
export function sentenceFor(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'NotAWebSocketServerError') {
    const patience = error.message.endsWith(' ms') ? ' --timeout waits longer.' : '';
    return `${error.message}. Is it the right port and path? A WebSocket server answers with 101.${patience}`;
  }
  if (error.name === 'ConnectError') return connectSentence(error as ConnectError);
  return forUsers.has(error.name) ? error.message : undefined;
}

const certificateCodes =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_.*|ERR_TLS_CERT_.*|CERT_.*)$/;

function connectSentence({ code, message, host }: ConnectError): string {
  if (code === 'ECONNREFUSED') {
    return `${message}. Nothing listens there: start the server, or let Framewright start it with -- <command>.`;
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `${message}. Is the host name right?`;
  if (certificateCodes.test(code)) return `${message}. --insecure accepts any certificate.`;
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) {
    return `${host} answers, but not with TLS: perhaps it is ws:// and not wss://.`;
  }
  return message;
}
