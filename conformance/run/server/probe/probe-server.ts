/** Determines the capabilities and the behaviour of a server target before any case runs. */

import type { ApplicationMessage } from '../../../format/application-message.ts';
import { describeEnding } from '../../../judge/sentences.ts';
import { requireTimeout } from '../../../play/timeout-range.ts';
import type { ServerTarget } from '../../../transport/connect.ts';
import { BehaviourProbe } from './behaviour.ts';
import type { Capabilities } from './capabilities.ts';
import { closeProbe } from './closing.ts';
import { ProbeConnections, type ProbedConversation } from './connections.ts';
import { firstAccepted, type Opened } from './first-accepted.ts';
import { hasOriginPolicy } from './origin-policy.ts';
import { closesAtOnce, endsAtOnce } from './refusals.ts';
import { SilenceWatch, unaskedIn } from './silence.ts';

/** The bare offer, which a server may answer as it likes (RFC 7692 §7.1). */
const offer = { extensions: { offer: 'permessage-deflate; client_max_window_bits' } };

/**
 * How long an answer may take before the target counts as one that gives none, in ms: longer if the
 * timeout is more than the default of 5 s.
 */
const longestSilence = (timeout: number) => Math.min(timeout, Math.max(2000, timeout * 0.4));

/** How long a target is watched before it is asked anything, in ms: most greetings come at once. */
const firstWatch = 400;

/** What a probe says to the application of the target, and how closely it looks. */
export interface ProbeSettings {
  /** Messages that the application wants before anything else. */
  readonly inits?: readonly ApplicationMessage[];
  /** A message that the application answers. */
  readonly message?: ApplicationMessage | undefined;
  /** Also watches a target that echoes for what it sends at intervals. Default false. */
  readonly isThorough?: boolean;
}

/**
 * Nothing is concluded from a single silence: a missing answer is requested again on another connection.
 * @param warmUp how long the target may take until its first handshake works, in ms from now
 * @throws {ConnectError} when nothing is listening
 * @throws {NotAWebSocketServerError} when the handshake is not accepted
 * @throws {RangeError} when the timeout is invalid
 */
export async function probeServer(
  target: ServerTarget,
  timeout = 5000,
  warmUp = 0,
  { inits = [], message, isThorough = false }: ProbeSettings = {},
): Promise<Capabilities> {
  requireTimeout('timeout', timeout);
  const silence = longestSilence(timeout);
  const connections = new ProbeConnections(target, { timeout, silence, inits, message });
  const watchedFor = Math.min(firstWatch, timeout);
  const opened = await firstAccepted(connections, offer, watchedFor, warmUp);
  try {
    // A command that has just been started may still be loading what it needs to answer.
    const probe = new BehaviourProbe(connections, warmUp > 0 ? 2 : 1);
    return await capabilitiesOf(connections, probe, opened, { watchedFor, isThorough });
  } finally {
    await opened.watch.stop();
  }
}

async function capabilitiesOf(
  connections: ProbeConnections,
  probe: BehaviourProbe,
  { watch, first }: Opened,
  { watchedFor, isThorough }: { readonly watchedFor: number; readonly isThorough: boolean },
): Promise<Capabilities> {
  const atFirst = unaskedIn(first.conversation, watchedFor);
  if (endsAtOnce(first.conversation)) await requireToStay(connections, watchedFor);
  // A target that echoes need not be watched for longer: its echoes differ from what it says itself.
  const early = isThorough || atFirst.end ? undefined : await probe.ask('text', atFirst);
  const known = early?.reaction.kind === 'echo' ? { text: early } : {};
  const unasked = known.text ? atFirst : await watch.whole();
  const { behaviour, closing } = await probe.behaviour(unasked, known);
  const deflate = hasDeflate(first)
    ? first
    : await connections.open((exchange) => closeProbe(exchange), offer);
  const { text, ping } = behaviour.reactions;
  return {
    echo: text.kind === 'echo' && !behaviour.isTunnel,
    pong: ping.kind === 'pong' || ping.kind === 'wrong pong',
    deflate: hasDeflate(deflate),
    windowLimit: hasDeflate(deflate),
    originPolicy: await hasOriginPolicy(connections),
    script: false,
    tls: connections.target.url.protocol === 'wss:',
    http2: false,
    extensions: deflate.conversation.extensions.map(({ name }) => name).join(', '),
    ending: describeEnding(closing, 'server'),
    behaviour,
  };
}

/** @throws {NotAWebSocketServerError} if another connection is ended at once as well */
async function requireToStay(connections: ProbeConnections, watchedFor: number): Promise<void> {
  const watch = new SilenceWatch(connections, watchedFor);
  try {
    const { conversation } = await watch.first;
    if (endsAtOnce(conversation)) throw closesAtOnce(connections.target, conversation);
  } finally {
    await watch.stop();
  }
}

const hasDeflate = ({ conversation }: ProbedConversation) => conversation.deflate !== undefined;
