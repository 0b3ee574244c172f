/** The data messages among the steps of a case, with those that are not as they should be. */

import { opcodes } from '../wire/wire.ts';
import { bytesOf, lengthOf } from './payload.ts';
import { type FrameItem, type Item, itemsOf, type MessageItem, type Step } from './step.ts';

export interface DataUnit {
  readonly type: 'text' | 'binary';
  /** In order: a message, or the frames of one. */
  readonly items: (FrameItem | MessageItem)[];
  /** A message that has begun and ended, so that it can be answered. */
  isComplete: boolean;
}

/** @returns undefined if some octets need not be frames, so that nobody can say what they carry */
export function dataUnitsIn(steps: readonly Step[]): readonly DataUnit[] | undefined {
  const units: DataUnit[] = [];
  let open: DataUnit | undefined;
  for (const item of itemsOf(steps)) {
    if (item.kind === 'bytes') return undefined;
    if (item.opcode >= opcodes.close) continue;
    const isWhole = item.kind === 'message' || item.fin !== false;
    if (item.opcode === opcodes.continuation && open) {
      open.items.push(item as FrameItem);
      open.isComplete = isWhole;
      if (isWhole) open = undefined;
      continue;
    }
    const type = item.opcode === opcodes.binary ? 'binary' : 'text';
    const isKnown = item.opcode === opcodes.text || item.opcode === opcodes.binary;
    const unit = { type, items: [item], isComplete: isWhole && isKnown } as DataUnit;
    units.push(unit);
    open = isWhole || !isKnown ? undefined : unit;
  }
  return units;
}

export const contentOf = ({ items }: DataUnit): Uint8Array =>
  Buffer.concat(items.map(({ payload }) => bytesOf(payload)));

export const sizeOf = ({ items }: DataUnit): number =>
  items.reduce((sum, { payload }) => sum + lengthOf(payload), 0);

export const isFragmented = ({ items }: DataUnit): boolean =>
  items.length > 1 || items.some((item) => item.kind === 'message' && item.fragment !== undefined);

/** Whether the number of octets is what the frame is about, or is written in its header. */
export const hasFixedSize = (item: Item): boolean =>
  item.kind === 'frame' &&
  (item.declaredLength !== undefined || item.lengthForm !== undefined || item.cut !== undefined);
