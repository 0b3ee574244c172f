// Which server the page talks to: the one in `?server=`, else the one beside the page.

/**
 * @typedef {{ url: string }} Found
 * @typedef {{ problem: string, suggestion?: string }} NotFound a sentence, and a URL that would do
 */

/**
 * @param {{ search: string, hostname: string, protocol: string }} location where the page is
 * @param {number} webSocketPort the port of the server beside the page
 * @returns {Found | NotFound}
 */
export function findServer({ search, hostname, protocol }, webSocketPort) {
  const given = new URLSearchParams(search).get('server')?.trim();
  if (given === undefined) return { url: `ws://${hostname}:${webSocketPort}/` };
  return checkServer(given, protocol);
}

/**
 * Checks a WebSocket URL before the browser does, which would only throw (RFC 6455 §3).
 *
 * @param {string} given
 * @param {string} pageProtocol
 * @returns {Found | NotFound}
 */
export function checkServer(given, pageProtocol) {
  if (given === '') {
    return { problem: 'The address is empty. It looks like ws://host:port/path.' };
  }
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(given)) {
    return withSuggestion(
      `“${given}” has no scheme: a WebSocket address begins with ws:// or wss://.`,
      `ws://${given.replace(/^\/+/, '')}`,
    );
  }
  const url = parse(given);
  if (!url) return { problem: `“${given}” is not a URL. It looks like ws://host:port/path.` };
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
      `This page came over https, so browsers block the unencrypted “${given}”.`,
      given.replace(/^ws/i, 'wss'),
    );
  }
  return { url: url.href };
}

/** @param {string} text */
function parse(text) {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/**
 * @param {string} problem
 * @param {string} suggestion
 * @returns {NotFound}
 */
function withSuggestion(problem, suggestion) {
  const url = parse(suggestion);
  return url && !url.hash && /^wss?:$/.test(url.protocol)
    ? { problem, suggestion: url.href }
    : { problem };
}
