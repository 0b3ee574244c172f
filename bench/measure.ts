/** Runs the rounds: every workload against every peer, each in a separate server process. */

import { timeHandshakes } from './handshake-pass.ts';
import { measureIdleBytes } from './idle-pass.ts';
import { type CpuPlan, PeerProcess } from './peer-process.ts';
import type { Peer } from './peers.ts';
import { type Cost, type Span, timeEcho } from './timed-pass.ts';
import { Unsupported, verifyEcho } from './verification-pass.ts';
import type { Workload } from './workloads.ts';

/** One workload against one peer in one round. */
export type Sample =
  | { readonly outcome: 'cost'; readonly verified: number; readonly cost: Cost }
  | { readonly outcome: 'memory'; readonly bytes: number }
  | { readonly outcome: 'unsupported' | 'failed' | 'missing'; readonly reason: string };

export interface Measured {
  readonly workload: Workload;
  readonly peer: Peer;
  /** One per round, in order; fewer if the run was interrupted. */
  readonly samples: readonly Sample[];
}

export interface Plan {
  readonly workloads: readonly Workload[];
  readonly peers: readonly Peer[];
  readonly rounds: number;
  readonly span: Span;
  readonly cpus: CpuPlan | undefined;
  /** Ends the measurement before the next sample; what has been measured is kept. */
  readonly signal?: AbortSignal;
  /** Called before each sample. */
  readonly onSample: (round: number, workload: Workload, peer: Peer) => void;
}

/**
 * Peers take turns within a round and every other round runs in reverse, so that a machine that
 * slows down, or other load on it, does not always affect the same one.
 */
export async function measure(plan: Plan): Promise<Measured[]> {
  const cells = plan.workloads.flatMap((workload) =>
    plan.peers.map((peer) => ({ workload, peer, samples: [] as Sample[] })),
  );
  for (let round = 0; round < plan.rounds; round++) {
    for (const cell of round % 2 === 0 ? cells : cells.toReversed()) {
      if (plan.signal?.aborted) return cells;
      plan.onSample(round, cell.workload, cell.peer);
      cell.samples.push(await sample(cell.workload, cell.peer, plan));
    }
  }
  return cells;
}

async function sample(workload: Workload, peer: Peer, plan: Plan): Promise<Sample> {
  const lack = peer.lacks?.(workload);
  if (lack) return { outcome: 'unsupported', reason: lack };
  let command: ReturnType<Peer['command']>;
  try {
    command = peer.command(workload);
  } catch (error) {
    return { outcome: 'missing', reason: (error as Error).message };
  }
  let server: PeerProcess | undefined;
  try {
    server = await PeerProcess.start(command, plan.cpus?.server);
    return await sampleServer(workload, peer, server, plan.span);
  } catch (error) {
    const outcome = error instanceof Unsupported ? 'unsupported' : 'failed';
    return { outcome, reason: (error as Error).message };
  } finally {
    await server?.stop();
  }
}

async function sampleServer(
  workload: Workload,
  peer: Peer,
  server: PeerProcess,
  span: Span,
): Promise<Sample> {
  switch (workload.kind) {
    case 'echo': {
      const verified = peer.echoes ? await verifyEcho(server.port, workload) : 0;
      return { outcome: 'cost', verified, cost: await timeEcho(server, workload, span) };
    }
    case 'handshake':
      return { outcome: 'cost', verified: 0, cost: await timeHandshakes(server, workload, span) };
    case 'idle':
      return { outcome: 'memory', bytes: await measureIdleBytes(server, workload) };
  }
}
