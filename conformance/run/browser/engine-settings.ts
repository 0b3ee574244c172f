/**
 * How many cases run concurrently in each engine, and other settings that keep the engine's throttling
 * out of the measurement. Every number has a comment with the limit that it avoids.
 */

import type { Engine } from '../../../browsers/find.ts';
import type { LaunchOptions } from '../../../browsers/session.ts';

export interface EngineSettings {
  /** Concurrent cases; they are served at different addresses. */
  readonly concurrency: number;
  readonly launch: LaunchOptions;
  /** A host that resolves to loopback but is not trusted for it: no loopback address, no `localhost`. */
  readonly untrustedHost: string;
}

const name = 'framewright.test';

export const engineSettings: Readonly<Record<Engine, EngineSettings>> = {
  // Chromium connects one socket per address and port at a time, and delays every handshake, by
  // seconds once pending ones and the failures per success add up to 12.
  chromium: {
    concurrency: 4,
    launch: { chromiumArgs: [`--host-resolver-rules=MAP ${name} 127.0.0.1`] },
    untrustedHost: name,
  },
  // Firefox delays a reconnect after a failure, by host, path and port.
  firefox: {
    concurrency: 8,
    launch: {
      firefoxUserPrefs: {
        'network.websocket.delay-failed-reconnects': false,
        'network.dns.localDomains': name,
      },
    },
    untrustedHost: name,
  },
  // A failed handshake takes 130 ms in WebKitGTK, and many together take no longer than one. Names are
  // the system's; an IPv4 address inside an IPv6 one is outside ::1/128 (Secure Contexts §3.1).
  webkit: { concurrency: 16, launch: {}, untrustedHost: '[::ffff:127.0.0.1]' },
};

/** Accepts self-signed certificates: pages are served over TLS, too. */
export function launchOptions(engine: Engine): LaunchOptions {
  return { ignoreHTTPSErrors: true, ...engineSettings[engine].launch };
}
