/** What counts as a secret: by its name, or because it looks like one. */

/** A header with a secret value; challenges and the WebSocket handshake have none. */
export function isSecretHeader(name: string): boolean {
  return (
    /auth|cookie|credential|key|password|secret|session|token/i.test(name) &&
    !/^sec-websocket-|-authenticate$/i.test(name)
  );
}

const secretParameter =
  /auth|bearer|cookie|credential|jwt|key|otp|passw|pwd|saml|secret|session|signature|ticket|token|(?:^|[_.-])(?:code|pass|pin|sid|sig)$/i;

/** A parameter of a query, an option of a command or an environment variable. */
export function isSecretParameter(name: string, value: string): boolean {
  return secretParameter.test(name) || looksRandom(value);
}

/** Long, with letters and digits in random order; not a path or a plain name. */
export function looksRandom(value: string): boolean {
  if (!/^[\w.~+%=-]{16,}$/.test(value)) return false;
  const isUuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(value);
  const runs = value.match(/[\w+=%]{16,}/g) ?? [];
  return isUuid || runs.some((run) => /\d.*\d/.test(run) && /[a-z]/i.test(run));
}
