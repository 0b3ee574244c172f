/**
 * Validates what the page requests before anything is done with it: every program on this machine
 * can reach the endpoint.
 */

import type { FrameRequest, InjectionRequest } from './session-events.ts';

/** A mistake in a request; the message explains it to the user. */
export class RequestError extends Error {}

const mostFrames = 1000;

/** @throws RequestError */
export function readTarget(body: unknown): URL {
  const { target } = record(body);
  if (typeof target !== 'string') throw new RequestError('The request has no target.');
  if (!URL.canParse(target)) {
    throw new RequestError(
      `“${target}” is not a URL. Expected something like ws://host:port/path.`,
    );
  }
  const url = new URL(target);
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:') {
    throw new RequestError(
      `A WebSocket address begins with ws:// or wss://, not ${url.protocol}//.`,
    );
  }
  return url;
}

/** @throws RequestError */
export function readInjection(body: unknown): InjectionRequest {
  const { connection, as, frames } = record(body);
  if (!Number.isInteger(connection)) throw new RequestError('“connection” must be a whole number.');
  if (as !== 'client' && as !== 'server') throw new RequestError('“as” must be client or server.');
  if (!Array.isArray(frames) || frames.length === 0 || frames.length > mostFrames) {
    throw new RequestError(`“frames” must be a list of 1 to ${mostFrames} frames.`);
  }
  return { connection: connection as number, as, frames: frames.map(readFrame) };
}

function readFrame(value: unknown): FrameRequest {
  const frame = record(value);
  const known = ['opcode', 'payload', 'fin', 'rsv1', 'rsv2', 'rsv3', 'masked', 'lengthForm'];
  const unknown = Object.keys(frame).find((key) => ![...known, 'declaredLength'].includes(key));
  if (unknown !== undefined) throw new RequestError(`A frame has no “${unknown}”.`);
  const { opcode, payload, masked, lengthForm, declaredLength } = frame;
  if (!Number.isInteger(opcode) || (opcode as number) < 0 || (opcode as number) > 15) {
    throw new RequestError('“opcode” must be a whole number from 0 to 15.');
  }
  if (typeof payload !== 'string' || !/^([0-9a-f]{2})*$/i.test(payload)) {
    throw new RequestError('“payload” must be pairs of hexadecimal digits.');
  }
  if (typeof masked !== 'boolean') throw new RequestError('“masked” must be true or false.');
  if (lengthForm !== undefined && lengthForm !== 7 && lengthForm !== 16 && lengthForm !== 64) {
    throw new RequestError('“lengthForm” must be 7, 16 or 64.');
  }
  if (declaredLength !== undefined && !/^\d{1,20}$/.test(String(declaredLength))) {
    throw new RequestError('“declaredLength” must be a whole number.');
  }
  const bits = (['fin', 'rsv1', 'rsv2', 'rsv3'] as const).flatMap((name) => {
    const bit = frame[name];
    if (bit === undefined) return [];
    if (typeof bit !== 'boolean') throw new RequestError(`“${name}” must be true or false.`);
    return [[name, bit]];
  });
  return {
    ...Object.fromEntries(bits),
    opcode: opcode as number,
    payload,
    masked,
    ...(lengthForm === undefined ? {} : { lengthForm }),
    ...(declaredLength === undefined ? {} : { declaredLength: String(declaredLength) }),
  };
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new RequestError('The request must be a JSON object.');
  }
  return value as Record<string, unknown>;
}
