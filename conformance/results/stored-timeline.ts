/**
 * A timeline as stored in `results.json`: each side's stream in one piece, and the sizes and times of
 * its segments. `loadTimeline` restores what `judge()` takes, so that a verdict can be given again.
 */
import { promisify } from 'node:util';
import { gunzipSync, gzip } from 'node:zlib';
import { octetsWithoutSecret } from '../redaction/redact-timeline.ts';
import { Redactor } from '../redaction/redactor.ts';
import type { BytesEntry, ScriptEvent, Side, Timeline, TimelineEntry } from '../wire/timeline.ts';
import { bytesFrom, lengthFrom } from '../wire/timeline.ts';

/**
 * A timeline as `results.json` has it: each side's stream in one piece, and who wrote how much of
 * it when.
 */
export interface StoredTimeline {
  readonly transport: Timeline['transport'];
  readonly client: StoredBytes;
  readonly server: StoredBytes;
  readonly entries: readonly StoredEntry[];
  /** Bytes missing at the end of each stream, if it was too long to be kept. */
  readonly leftOut?: Readonly<Record<Side, number>>;
  /** Secrets after a head were removed: it can be shown, but not judged. */
  readonly redacted?: true;
}

/** Base64 of the bytes, or of their gzip where that is shorter. */
export type StoredBytes = { readonly base64: string } | { readonly gzip: string };

/** What happened, in order. */
export type StoredEntry =
  | StoredSegments
  | Exclude<TimelineEntry, { kind: 'bytes' } | { kind: 'script' }>
  | { readonly kind: 'script'; readonly at: number; readonly event: StoredScriptEvent };

/** Segments of one side in close succession: their sizes, in order. */
export interface StoredSegments {
  readonly kind: 'bytes';
  readonly from: Side;
  /** When the first segment was seen, in milliseconds since the connection was opened. */
  readonly at: number;
  /** When the last one was seen, if there are several; times between are spread evenly. */
  readonly until?: number;
  /** The size of a segment in bytes, or `[number of segments, bytes of each]`. */
  readonly sizes: readonly (number | readonly [count: number, size: number])[];
}

/** An event of a client's program, with data in base64. */
export type StoredScriptEvent =
  | Exclude<ScriptEvent, { type: 'message' }>
  | {
      readonly type: 'message';
      readonly binary: boolean;
      readonly length: number;
      readonly base64?: string;
    };

/** Segments further apart than this keep separate times, in ms. */
const closeSuccession = 5;

/** For shorter streams, gzip's 18 bytes of framing and its set-up cost more than they save. */
const worthCompressing = 512;

/** What is kept of each side of a truncated conversation: the handshake and the first frames. */
const keptOfLong = 4096;

/** Streams with more bytes than this per character of the limit are truncated without trying. */
const bestCompression = 32;

/** A secret may begin before the point where a stream is truncated, and end after it. */
const longestSecret = 64 * 1024;

export interface StoreOptions {
  /** Characters that both streams together may take; beyond, they are truncated. */
  readonly limit?: number;
  /** Its secrets are replaced by asterisks in both streams. */
  readonly redactor?: Redactor;
}

type Octets = Readonly<Record<Side, number>>;

export async function storeTimeline(
  timeline: Timeline,
  { limit = Infinity, redactor = new Redactor() }: StoreOptions = {},
): Promise<StoredTimeline> {
  const { transport } = timeline;
  const entries = storeEntries(timeline.entries);
  const kept = {
    client: octetsWithoutSecret(timeline, 'client', redactor),
    server: octetsWithoutSecret(timeline, 'server', redactor),
  };
  const octets = lengthFrom(timeline, 'client') + lengthFrom(timeline, 'server');
  const segments = timeline.entries.filter(({ kind }) => kind === 'bytes').length;
  const isReadable = octets <= most.octets && segments <= most.segments;
  if (isReadable && octets <= limit * bestCompression) {
    const streams = await storeStreams(timeline, redactor, kept);
    if (lengthOf(streams.client) + lengthOf(streams.server) <= limit) {
      return { transport, ...streams, entries, ...leftOutOf(timeline, kept) };
    }
  }
  const less = {
    client: Math.min(kept.client, keptOfLong),
    server: Math.min(kept.server, keptOfLong),
  };
  const streams = await storeStreams(timeline, redactor, less);
  return { transport, ...streams, entries, ...leftOutOf(timeline, less) };
}

function leftOutOf(timeline: Timeline, kept: Octets): Pick<StoredTimeline, 'leftOut'> {
  const client = Math.max(0, lengthFrom(timeline, 'client') - kept.client);
  const server = Math.max(0, lengthFrom(timeline, 'server') - kept.server);
  return client + server > 0 ? { leftOut: { client, server } } : {};
}

async function storeStreams(
  timeline: Timeline,
  redactor: Redactor,
  kept: Octets,
): Promise<Pick<StoredTimeline, 'client' | 'server' | 'redacted'>> {
  const streams = {
    client: bytesFrom(timeline, 'client', kept.client + longestSecret),
    server: bytesFrom(timeline, 'server', kept.server + longestSecret),
  };
  const changed = Object.values(streams).map((stream) => {
    const head = stream.indexOf('\r\n\r\n');
    return redactor.stream(stream) > (head < 0 ? Infinity : head);
  });
  return {
    client: await storeBytes(streams.client.subarray(0, kept.client)),
    server: await storeBytes(streams.server.subarray(0, kept.server)),
    ...(changed.includes(true) && { redacted: true }),
  };
}

const lengthOf = (stored: StoredBytes) =>
  'gzip' in stored ? stored.gzip.length : stored.base64.length;

const gzipped = promisify(gzip);

async function storeBytes(bytes: Buffer): Promise<StoredBytes> {
  const compressed = bytes.length < worthCompressing ? undefined : await gzipped(bytes);
  return compressed && compressed.length < bytes.length
    ? { gzip: compressed.toString('base64') }
    : { base64: bytes.toString('base64') };
}

function storeEntries(entries: readonly TimelineEntry[]): StoredEntry[] {
  const stored: StoredEntry[] = [];
  let run: BytesEntry[] = [];
  const flush = () => {
    if (run.length > 0) stored.push(storeSegments(run));
    run = [];
  };
  for (const entry of entries) {
    if (entry.kind !== 'bytes') {
      flush();
      stored.push(entry.kind === 'script' ? { ...entry, event: storeScript(entry.event) } : entry);
      continue;
    }
    const last = run.at(-1);
    if (last && (last.from !== entry.from || entry.at - last.at > closeSuccession)) flush();
    run.push(entry);
  }
  flush();
  return stored;
}

function storeSegments(run: readonly BytesEntry[]): StoredSegments {
  const sizes: [count: number, size: number][] = [];
  for (const { bytes } of run) {
    const last = sizes.at(-1);
    if (last?.[1] === bytes.length) last[0] += 1;
    else sizes.push([1, bytes.length]);
  }
  const [first, last] = [run[0]!, run.at(-1)!];
  return {
    kind: 'bytes',
    from: first.from,
    at: first.at,
    ...(run.length > 1 && { until: last.at }),
    sizes: sizes.map(([count, size]) => (count === 1 ? size : ([count, size] as const))),
  };
}

function storeScript(event: ScriptEvent): StoredScriptEvent {
  if (event.type !== 'message') return event;
  const { data, ...rest } = event;
  return data ? { ...rest, base64: Buffer.from(data).toString('base64') } : rest;
}

/** The stored data is not a conversation: the file was damaged or forged. */
export class DamagedTimelineError extends Error {
  override readonly name = 'DamagedTimelineError';
}

/** The limits of a stored conversation: larger ones are forged. */
const most = { octets: 128 * 1024 * 1024, segments: 512 * 1024 };

/**
 * A truncated timeline is loaded as far as it goes: enough to show, not to judge.
 * @throws {DamagedTimelineError} when the streams cannot be read or do not match the segments
 */
export function loadTimeline(stored: StoredTimeline): Timeline {
  try {
    return load(stored);
  } catch (error) {
    throw new DamagedTimelineError(
      `a stored conversation is damaged: ${(error as Error).message}`,
      { cause: error },
    );
  }
}

function load(stored: StoredTimeline): Timeline {
  const lengths = {
    client: declaredLength(stored, 'client'),
    server: declaredLength(stored, 'server'),
  };
  if (lengths.client + lengths.server > most.octets) {
    throw new RangeError(`it is larger than ${most.octets / 1024 / 1024} MiB`);
  }
  const streams = {
    client: loadBytes(stored.client, lengths.client, 'client'),
    server: loadBytes(stored.server, lengths.server, 'server'),
  };
  const entries: TimelineEntry[] = [];
  const offsets = { client: 0, server: 0 };
  for (const entry of stored.entries) {
    if (entry.kind === 'bytes') {
      offsets[entry.from] = loadSegments(entry, streams[entry.from], offsets[entry.from], entries);
    } else if (entry.kind === 'script') entries.push({ ...entry, event: loadScript(entry.event) });
    else entries.push(entry);
  }
  return { transport: stored.transport, entries };
}

const countAndSize = (item: StoredSegments['sizes'][number]) =>
  typeof item === 'number' ? ([1, item] as const) : item;

/** Bytes of one side that are kept, according to the segments. */
function declaredLength({ entries, leftOut }: StoredTimeline, side: Side): number {
  const sizes = entries.flatMap((entry) =>
    entry.kind === 'bytes' && entry.from === side ? entry.sizes.map(countAndSize) : [],
  );
  const segments = sizes.reduce((sum, [count, size]) => sum + count * size, 0);
  return segments - (leftOut?.[side] ?? 0);
}

/**
 * Appends the segments as far as the stream goes: the rest was omitted.
 * @returns the offset after them
 */
function loadSegments(
  { from, at, until = at, sizes }: StoredSegments,
  stream: Buffer,
  start: number,
  entries: TimelineEntry[],
): number {
  const counted = sizes.map(countAndSize);
  const segments = counted.reduce((sum, [count]) => sum + count, 0);
  const step = (until - at) / Math.max(1, segments - 1);
  let offset = start;
  let before = 0;
  for (const [count, size] of counted) {
    for (
      let index = 0;
      size > 0 && index < count && offset + index * size < stream.length;
      index += 1
    ) {
      const first = offset + index * size;
      const bytes = stream.subarray(first, first + size);
      const when = Math.round((at + (before + index) * step) * 1000) / 1000;
      entries.push({ kind: 'bytes', from, at: when, offset: first, bytes });
      if (entries.length > most.segments)
        throw new RangeError(`more than ${most.segments} segments`);
    }
    offset += count * size;
    before += count;
  }
  return offset;
}

/** @param length according to the segments: no more is inflated */
function loadBytes(stored: StoredBytes, length: number, side: Side): Buffer {
  const stream = inflated(stored, Math.max(1, length));
  if (stream?.length === length) return stream;
  const found = stream?.length ?? 'longer';
  throw new RangeError(`the segments of the ${side} are ${length} bytes, its stream is ${found}`);
}

/** Undefined if it is longer. */
function inflated(stored: StoredBytes, length: number): Buffer | undefined {
  if ('base64' in stored) return Buffer.from(stored.base64, 'base64');
  try {
    return gunzipSync(Buffer.from(stored.gzip, 'base64'), { maxOutputLength: length });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return undefined;
    throw error;
  }
}

function loadScript(event: StoredScriptEvent): ScriptEvent {
  if (event.type !== 'message') return event;
  const { base64, ...rest } = event;
  return base64 === undefined ? rest : { ...rest, data: Buffer.from(base64, 'base64') };
}
