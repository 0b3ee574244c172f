/**
 * One frame as named fields with their bytes, bits and meaning (RFC 6455 §5.2). Nothing says
 * whether they are right.
 */

import type { ObservedClose } from './direction.ts';
import type { Message, ObservedFrame } from './messages.ts';
import { hex, quote } from './printable.ts';
import { closeCodeName, opcodeName } from './registry.ts';

export interface Field {
  readonly name: string;
  /** Index of the first byte in the stream of its side. */
  readonly offset: number;
  /** In bytes, whether or not `hex` shows them all. */
  readonly length: number;
  /** As on the wire, at most `maxBytes` of them: `37 fa 21 3d`. */
  readonly hex: string;
  /** Where the field is part of a byte: `1... ....`. */
  readonly bits?: string;
  /** What the bytes become once the mask is taken off, where there is one. */
  readonly unmasked?: string;
  /** In words, with hostile bytes escaped. */
  readonly meaning: string;
  /** Where the field is defined. */
  readonly section: string;
}

/** A field before its bytes are cut from the stream. */
export type UnslicedField = Omit<Field, 'hex'>;

/** @param compression whether permessage-deflate gave RSV1 its meaning */
export function frameFields(
  frame: ObservedFrame,
  close: ObservedClose | undefined,
  compression: boolean,
  maxBytes: number,
): UnslicedField[] {
  return [...headerFields(frame, compression), ...payloadFields(frame, close, maxBytes)];
}

function headerFields(frame: ObservedFrame, compression: boolean): UnslicedField[] {
  const { offset, opcode, maskKey, lengthForm, declaredLength } = frame;
  const first = { offset, length: 1 };
  const second = { offset: offset + 1, length: 1 };
  const extended = lengthForm === 7 ? 0 : lengthForm / 8;
  const short = lengthForm === 7 ? Number(declaredLength) : lengthForm === 16 ? 126 : 127;
  const rsv = `${+frame.rsv1}${+frame.rsv2}${+frame.rsv3}`;
  const fields: UnslicedField[] = [
    {
      ...first,
      name: 'FIN',
      bits: `${+frame.fin}... ....`,
      meaning: frame.fin ? 'last frame of the message' : 'more frames follow',
      section: 'RFC 6455 §5.2',
    },
    {
      ...first,
      name: 'RSV',
      bits: `.${rsv} ....`,
      meaning: reservedWords(frame, compression),
      section: frame.rsv1 && compression ? 'RFC 7692 §6' : 'RFC 6455 §5.2',
    },
    {
      ...first,
      name: 'opcode',
      bits: `.... ${binary(opcode, 4)}`,
      meaning: `${opcode} ${opcodeName(opcode)}`,
      section: 'RFC 6455 §11.8',
    },
    {
      ...second,
      name: 'MASK',
      bits: `${maskKey ? 1 : 0}... ....`,
      meaning: maskKey ? 'masked' : 'not masked',
      section: 'RFC 6455 §5.2',
    },
    {
      ...second,
      name: 'length',
      bits: `.${binary(short, 7).replace(/(...)/, '$1 ')}`,
      meaning: lengthForm === 7 ? `${short}` : `${short}: in the next ${lengthForm} bits`,
      section: 'RFC 6455 §5.2',
    },
  ];
  if (extended > 0) {
    fields.push({
      name: 'length',
      offset: offset + 2,
      length: extended,
      meaning: `${declaredLength}`,
      section: 'RFC 6455 §5.2',
    });
  }
  if (maskKey) {
    fields.push({
      name: 'key',
      offset: offset + 2 + extended,
      length: 4,
      meaning: 'masking key',
      section: 'RFC 6455 §5.3',
    });
  }
  return fields;
}

function payloadFields(
  frame: ObservedFrame,
  close: ObservedClose | undefined,
  maxBytes: number,
): UnslicedField[] {
  const { payload, maskKey } = frame;
  const start = frame.offset + frame.headerLength;
  const part = (
    name: string,
    at: number,
    length: number,
    meaning: string,
    section: string,
  ): UnslicedField => {
    const unmasked = payload.subarray(at, at + length);
    return {
      name,
      offset: start + at,
      length,
      meaning,
      section,
      ...(maskKey ? { unmasked: hex(unmasked, maxBytes) } : {}),
    };
  };
  if (payload.length === 0) return [];
  if (close?.code !== undefined) {
    const code = part('code', 0, 2, `${close.code} ${closeCodeName(close.code)}`, 'RFC 6455 §7.4');
    return close.reason.length === 0
      ? [code]
      : [code, part('reason', 2, close.reason.length, quote(close.reason), 'RFC 6455 §5.5.1')];
  }
  return [part('payload', 0, payload.length, quote(payload), 'RFC 6455 §5.2')];
}

function reservedWords(frame: ObservedFrame, compression: boolean): string {
  const set = ['RSV1', 'RSV2', 'RSV3'].filter(
    (_, bit) => [frame.rsv1, frame.rsv2, frame.rsv3][bit],
  );
  if (set.length === 0) return 'none set';
  const compressed = frame.rsv1 && compression;
  return `${set.join(', ')} set${compressed ? ': compressed message' : ''}`;
}

/** In words: `text frame, FIN, masked, 3 bytes`. */
export function frameTitle(frame: ObservedFrame): string {
  const { payload, complete, declaredLength } = frame;
  return [
    `${opcodeName(frame.opcode)} frame`,
    frame.fin ? 'FIN' : 'no FIN',
    frame.maskKey ? 'masked' : 'not masked',
    complete ? count(payload.length) : `cut short: ${payload.length} of ${count(declaredLength)}`,
  ].join(', ');
}

/** What the frames became, where that is not plain from the one frame shown. */
export function messageWords(message: Message | undefined): string[] {
  if (!message || (message.frames.length === 1 && !message.compressed)) return [];
  const frames = message.frames.length === 1 ? '' : ` of ${message.frames.length} frames`;
  if (message.isTooLarge) return [`message${frames} inflates to more than can be shown`];
  if (!message.data) return [`message${frames} cannot be inflated: ${message.inflateFailure}`];
  const inflated = message.compressed ? `, inflated from ${count(message.wirePayload.length)}` : '';
  return [`message${frames}: ${count(message.data.length)}${inflated}: ${quote(message.data)}`];
}

export function count(bytes: number | bigint): string {
  return `${bytes.toLocaleString('en')} byte${bytes === 1 || bytes === 1n ? '' : 's'}`;
}

function binary(value: number, digits: number): string {
  return value.toString(2).padStart(digits, '0');
}
