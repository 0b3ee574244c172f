/** What to add to the command line, if a target refuses the plain handshake. */
import { findHelpfulHeader } from '../run/server/probe/helpful-header.ts';
import { NotAWebSocketServerError } from '../run/server/probe/refusals.ts';
import type { ServerTarget } from '../transport/connect.ts';
import { forShell } from '../untrusted/inert.ts';
import { CannotRun } from './cannot-run.ts';

/** A login, a redirect, or a busy server: no subprotocol helps. */
const isExplained = (status = 0) =>
  (status >= 300 && status < 400) || [401, 404, 407, 429, 503].includes(status);

/**
 * Runs a probe; if the target refuses it, looks for a header that helps.
 * @throws {CannotRun} with the reason for the refusal, and the option that helps
 */
export async function withSuggestion<Result>(
  target: ServerTarget,
  timeout: number,
  probe: () => Promise<Result>,
): Promise<Result> {
  try {
    return await probe();
  } catch (error) {
    if (!(error instanceof NotAWebSocketServerError) || isExplained(error.status)) throw error;
    const header = await findHelpfulHeader(target, timeout);
    if (!header) throw error;
    const [name, value] = header;
    const [what, option] =
      name === 'Origin' ? ['Origin', '--origin'] : ['subprotocol', '--subprotocol'];
    throw new CannotRun(
      `${error.message}. It accepts the ${what} ${value}: run again with ${option} ${forShell(value)}`,
    );
  }
}
