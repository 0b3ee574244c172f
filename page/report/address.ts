/**
 * The current view, as the part of the address after `#`: `case/target?verdict=fail&text=ping`.
 */
import { overview } from './data.js';

export interface Place {
  /** Index of a case. */
  readonly row: number | undefined;
  /** Index of a target; if present, the conversation is open. */
  readonly target: number | undefined;
  readonly filter: URLSearchParams;
}

/** @returns the parts that exist in this report */
export function readPlace(): Place {
  const [path = '', query = ''] = location.hash.slice(1).split('?');
  const words = decode(path);
  const row = overview.cases.findIndex(({ id }) => words === id);
  if (row >= 0) return { row, target: undefined, filter: new URLSearchParams(query) };
  const cut = words.lastIndexOf('/');
  const inside = overview.cases.findIndex(({ id }) => words.slice(0, cut) === id);
  const target = overview.targets.findIndex(({ key }) => words.slice(cut + 1) === key);
  const isKnown = inside >= 0 && target >= 0;
  return {
    row: inside >= 0 ? inside : undefined,
    target: isKnown ? target : undefined,
    filter: new URLSearchParams(query),
  };
}

export function placeLink(
  row: number | undefined,
  target: number | undefined,
  filter: URLSearchParams,
) {
  const id = row === undefined ? '' : (overview.cases[row]?.id ?? '');
  const key = target === undefined ? '' : `/${overview.targets[target]?.key ?? ''}`;
  const query = filter.toString();
  return `#${id}${key}${query && `?${query}`}`;
}

function decode(text: string) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
