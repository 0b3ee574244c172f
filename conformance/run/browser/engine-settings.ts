/**
 * How many cases run side by side in each engine, and what else keeps its own throttles out of the
 * measurement. Every number has the limit it answers to beside it.
 */

import type { Engine } from '../../../browsers/find.ts';
import type { LaunchOptions } from '../../../browsers/session.ts';

export interface EngineSettings {
  /** Cases at once; neighbours are played at addresses of their own. */
  readonly concurrency: number;
  readonly launch: LaunchOptions;
  /** A host that leads to loopback and is not trusted for it: no loopback address, no `localhost`. */
  readonly untrustedHost: string;
}

const name = 'framewright.test';

export const engineSettings: Readonly<Record<Engine, EngineSettings>> = {
  // Chromium connects one socket per address and port at a time, and delays every handshake, by
  // seconds once those that are pending and the failures for each success come to 12 together.
  chromium: {
    concurrency: 4,
    launch: { chromiumArgs: [`--host-resolver-rules=MAP ${name} 127.0.0.1`] },
    untrustedHost: name,
  },
  // Firefox makes a reconnect after a failure wait, by host, path and port.
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
  // A failed handshake takes 130 ms in WebKitGTK, and many of them take no longer than one. Names are
  // those of the system; an IPv4 address inside an IPv6 one is outside ::1/128 (Secure Contexts §3.1).
  webkit: { concurrency: 16, launch: {}, untrustedHost: '[::ffff:127.0.0.1]' },
};

/** With certificates taken that nobody signed: pages are served over TLS, too. */
export function launchOptions(engine: Engine): LaunchOptions {
  return { ignoreHTTPSErrors: true, ...engineSettings[engine].launch };
}
