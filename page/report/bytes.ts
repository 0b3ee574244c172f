/** Bytes of one field as hex, with marked bytes highlighted. */
import type { ReportMark as Mark } from '../../conformance/report/html-shape.ts';
import { element } from '../elements.js';

/**
 * @param hex `37 fa 21 3d`
 * @param offset of the first byte in its stream
 * @param length of the field, of which `hex` may be only the beginning
 * @param mark of the same side
 */
export function hexBytes(hex: string, offset: number, length: number, mark: Mark | undefined) {
  const octets = hex === '' ? [] : hex.split(' ');
  const made = element('code', { className: 'hex' });
  const [start, end] = mark ? [mark.offset - offset, mark.offset + mark.length - offset] : [0, 0];
  const words = (from: number, to: number) =>
    octets.slice(Math.max(0, from), Math.max(0, to)).join(' ');
  const [before, inside, after] = [words(0, start), words(start, end), words(end, octets.length)];
  if (!mark || inside === '') made.append(octets.join(' '));
  else {
    made.append(before && `${before} `, element('mark', {}, {}, inside), after && ` ${after}`);
  }
  if (length > octets.length) {
    const left = (length - octets.length).toLocaleString('en');
    made.append(element('span', { className: 'quiet' }, {}, ` … ${left} more`));
  }
  return made;
}

export function isMarked(
  { offset, length }: { offset: number; length: number },
  mark: Mark | undefined,
) {
  if (!mark || length === 0) return false;
  // A mark of length 0 at the very end belongs here: something is missing there.
  if (mark.length === 0) return mark.offset >= offset && mark.offset <= offset + length;
  return mark.offset < offset + length && mark.offset + mark.length > offset;
}
