/** Where in a stream something is: the octets that reports and `annotate` mark. */
import type { HeaderField, HttpHead } from './http-head.ts';
import type { ObservedFrame } from './messages.ts';
import type { Side } from './timeline.ts';

/** A range of octets in the stream of one side. */
export interface Place {
  readonly from: Side;
  readonly offset: number;
  readonly length: number;
}

export function placeOf(frame: ObservedFrame): Place {
  return {
    from: frame.from,
    offset: frame.offset,
    length: frame.headerLength + frame.payload.length,
  };
}

export function placeOfHead({ offset, length }: HttpHead, from: Side): Place {
  return { from, offset, length };
}

/** The last header of that name, or the last one that is bad; the whole head if there is none. */
export function placeOfHeader(
  head: HttpHead,
  from: Side,
  name: string,
  isBad: (field: HeaderField) => boolean = () => true,
): Place {
  const wanted = name.toLowerCase();
  const fields = head.headers.filter((field) => field.name.toLowerCase() === wanted);
  const field = fields.findLast(isBad) ?? fields.at(-1);
  if (!field) return placeOfHead(head, from);
  return { from, offset: field.offset, length: field.length };
}
