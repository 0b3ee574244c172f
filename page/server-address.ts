/** Which server the page connects to: the one in `?server=`, or the one started with the page. */

interface Found {
  readonly url: string;
}

interface NotFound {
  /** A sentence. */
  readonly problem: string;
  /** A URL that would work. */
  readonly suggestion?: string;
}

/**
 * @param location the address of the page
 * @param webSocketPort the port of the server started with the page
 */
export function findServer(
  { search, hostname, protocol }: { search: string; hostname: string; protocol: string },
  webSocketPort: number,
): Found | NotFound {
  const given = new URLSearchParams(search).get('server')?.trim();
  if (given === undefined) return { url: `ws://${hostname}:${webSocketPort}/` };
  return checkServer(given, protocol);
}

/** Checks a WebSocket URL before the browser does, which would only throw (RFC 6455 §3). */
export function checkServer(given: string, pageProtocol: string): Found | NotFound {
  if (given === '') {
    return { problem: 'The address is empty. Expected something like ws://host:port/path.' };
  }
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(given)) {
    return withSuggestion(
      `“${given}” has no scheme: a WebSocket address begins with ws:// or wss://.`,
      `ws://${given.replace(/^\/+/, '')}`,
    );
  }
  const url = parse(given);
  if (!url)
    return { problem: `“${given}” is not a URL. Expected something like ws://host:port/path.` };
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:') {
    return withSuggestion(
      `“${given}” begins with ${url.protocol}// but a WebSocket address begins with ws:// or wss://.`,
      given.replace(/^http/i, 'ws'),
    );
  }
  if (given.includes('#')) {
    return withSuggestion(
      `“${given}” has a fragment (“#…”), and a WebSocket address has none (RFC 6455 §3).`,
      given.replace(/#.*/s, ''),
    );
  }
  if (pageProtocol === 'https:' && url.protocol === 'ws:') {
    return withSuggestion(
      `This page was loaded over https, so browsers block the unencrypted “${given}”.`,
      given.replace(/^ws/i, 'wss'),
    );
  }
  return { url: url.href };
}

function parse(text: string) {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function withSuggestion(problem: string, suggestion: string): NotFound {
  const url = parse(suggestion);
  return url && !url.hash && /^wss?:$/.test(url.protocol)
    ? { problem, suggestion: url.href }
    : { problem };
}
