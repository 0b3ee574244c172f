/**
 * How much a target may send in one conversation before the peer stops reading: everything that the
 * case can ask for, however it is framed, and a generous allowance for unsolicited data. No
 * document forbids a target to send more; the harness just cannot store it.
 */
import type { Case } from '../format/case.ts';
import { lengthOf } from '../format/payload.ts';
import { itemsOf, payloadOf } from '../format/step.ts';

export interface RecordingLimit {
  /** On the wire; compressed messages may inflate to as many again. */
  readonly octets: number;
  readonly frames: number;
}

const MiB = 1024 * 1024;

/** What is allowed beside that for each `span` ms that an observation may take. */
const allowance: RecordingLimit = { octets: 4 * MiB, frames: 4096 };
const span = 5000;
const mostSpans = 16;
/** A bomb that a target takes for a message comes back inflated; limit cases are played alone. */
const allowanceAfterBomb = 320 * MiB;
/** A long answer may come in frames as small as this. */
const smallFrame = 16;

/** @param timeout how long an observation may take, in ms */
export function recordingLimitOf(testCase: Case | undefined, timeout: number): RecordingLimit {
  const spans = Math.min(mostSpans, Math.max(1, Math.ceil(timeout / span)));
  const asked = (testCase && askedBy(testCase)) ?? { octets: 0, frames: 0 };
  const more = testCase?.aftermath ? allowanceAfterBomb : allowance.octets * spans;
  return {
    octets: 2 * asked.octets + more,
    frames: 2 * asked.frames + Math.ceil(asked.octets / smallFrame) + allowance.frames * spans,
  };
}

function askedBy({ steps, expect }: Case): RecordingLimit {
  const sent = itemsOf(steps).map((item) => {
    const octets = lengthOf(payloadOf(item));
    // RFC 6455 §5.2: no frame is shorter than two octets.
    if (item.kind === 'bytes') return { octets, frames: Math.ceil(octets / 2) };
    const size = item.kind === 'message' ? item.fragment : undefined;
    return { octets, frames: size === undefined ? 1 : Math.ceil(octets / size) + 1 };
  });
  const expected = expect.events.map(({ payload }) => ({ octets: lengthOf(payload), frames: 1 }));
  const sum = (limits: readonly RecordingLimit[], of: keyof RecordingLimit) =>
    limits.reduce((total, limit) => total + limit[of], 0);
  return {
    octets: Math.max(sum(sent, 'octets'), sum(expected, 'octets')),
    frames: Math.max(sum(sent, 'frames'), sum(expected, 'frames')),
  };
}
