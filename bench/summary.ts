/** From samples to figures: medians, same-round ratios, and the load generator's share. Pure. */

import type { Measured, Sample } from './measure.ts';

export interface Figure {
  readonly workload: string;
  readonly title: string;
  readonly peer: string;
  readonly unit: 'µs CPU per message' | 'µs CPU per handshake' | 'KiB per connection';
  /** Median over the rounds, in `unit`; undefined if there is none. */
  readonly median: number | undefined;
  /** Each round's value, in order; null if that round has none. */
  readonly perRound: readonly (number | null)[];
  /** Median over the rounds of reference / this: 2 means half the cost of the reference. */
  readonly timesCheaper: number | undefined;
  /** The load generator's CPU time as a share of it and the server's together, 0 to 1. */
  readonly loadShare: number | undefined;
  /** Messages or handshakes per second, median. Mostly a measure of the machine. */
  readonly perSecond: number | undefined;
  /** Replies that the verification pass checked, over all rounds. */
  readonly verified: number;
  /** Why a value is missing in some round. */
  readonly problem: { readonly outcome: string; readonly reason: string } | undefined;
}

export function summarize(measured: readonly Measured[], reference: string): Figure[] {
  return measured.map((cell) => {
    const { workload, peer, samples } = cell;
    const against = measured.find(
      (other) => other.workload === workload && other.peer.name === reference,
    );
    const values = samples.map(valueIn);
    const ratios = values.flatMap((value, round) => {
      const other = against?.samples[round] && valueIn(against.samples[round]);
      return value !== null && other ? [other / value] : [];
    });
    const costs = samples.flatMap((sample) => (sample.outcome === 'cost' ? [sample] : []));
    const problem = samples.find((sample) => 'reason' in sample);
    return {
      workload: workload.id,
      title: workload.title,
      peer: peer.name,
      unit:
        workload.kind === 'echo'
          ? 'µs CPU per message'
          : workload.kind === 'handshake'
            ? 'µs CPU per handshake'
            : 'KiB per connection',
      median: median(values.filter((value) => value !== null)),
      perRound: values,
      timesCheaper: median(ratios),
      loadShare: median(
        costs.map(({ cost }) => cost.loadMicros / (cost.loadMicros + cost.serverMicros)),
      ),
      perSecond: median(costs.map(({ cost }) => cost.operations / cost.seconds)),
      verified: costs.reduce((total, { verified }) => total + verified, 0),
      problem: problem && { outcome: problem.outcome, reason: problem.reason },
    };
  });
}

function valueIn(sample: Sample): number | null {
  if (sample.outcome === 'cost') return sample.cost.serverMicros / sample.cost.operations;
  if (sample.outcome === 'memory') return sample.bytes / 1024;
  return null;
}

export function median(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
