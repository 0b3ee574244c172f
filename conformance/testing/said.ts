/** Timelines for the tests of the judge: the frames of both sides, and how they ended. */

import type { Level } from '../format/case.ts';
import type { Expectation } from '../format/expectation.ts';
import { acceptFor, plainRequest, plainResponse, writeHead } from '../format/handshake.ts';
import { alivePayload, probePayload } from '../format/liveness.ts';
import { type Item, ping, pong, type Step, text } from '../format/step.ts';
import { type Judgement, judge } from '../judge/judge.ts';
import { ItemWriter } from '../play/writer.ts';
import { type Side, type Timeline, TimelineRecorder } from '../wire/timeline.ts';
import { madeCase } from './made-case.ts';

export type Said =
  | { readonly client: Item }
  | { readonly server: Item }
  | { readonly end: 'fin' | 'rst' }
  | { readonly timeout: string };

export const client = (item: Item): Said => ({ client: item });
export const server = (item: Item): Said => ({ server: item });
export const fin: Said = { end: 'fin' };
export const rst: Said = { end: 'rst' };
export const timeout: Said = { timeout: 'a Close frame' };
const key = 'dGhlIHNhbXBsZSBub25jZQ==';
export const mask = (length: number) => new Uint8Array(length).fill(7);

export function record(
  said: readonly Said[],
  response: readonly string[] = plainResponse,
  request: readonly string[] = plainRequest,
): Timeline {
  const recorder = new TimelineRecorder('tcp');
  const writers = {
    client: new ItemWriter('client', mask),
    server: new ItemWriter('server', mask),
  };
  const values = { key, accept: acceptFor(key), target: '/', host: 'localhost' };
  recorder.bytes('client', writeHead({ lines: request }, values));
  if (response.length > 0) recorder.bytes('server', writeHead({ lines: response }, values));
  for (const each of said) {
    if ('client' in each) recorder.bytes('client', join(writers.client.write([each.client])));
    else if ('server' in each) recorder.bytes('server', join(writers.server.write([each.server])));
    else if ('end' in each) recorder.end(each.end, 'server');
    else recorder.timeout(each.timeout);
  }
  return recorder.timeline();
}

const join = (chunks: readonly Uint8Array[]) => Buffer.concat(chunks);

export function judged(
  expect: Expectation,
  said: readonly Said[],
  {
    level = 'must' as Level,
    steps = [] as readonly Step[],
    response = plainResponse,
    request = plainRequest,
    role = 'server' as Side,
  } = {},
): Judgement {
  const testCase = madeCase({ level, steps, expect });
  return judge(testCase, record(said, response, request), { role, echo: true });
}

export const alive = [client(text(alivePayload)), server(text(alivePayload))];
export const bad = client(text('bad', { rsv3: true }));
export const probed = [client(ping(probePayload)), server(pong(probePayload))];
