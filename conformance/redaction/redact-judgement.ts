/** Redacts what a judgement quotes from a conversation. */
import type { Redactor } from './redactor.ts';

/** Our own words, which no target can choose. */
const ownWords = new Set(['verdict', 'rule', 'reference', 'document', 'section', 'from']);

/** Redacts all texts of a judgement. */
export function redactJudgement<T extends object>(judgement: T, redactor: Redactor): T {
  const redacted = (value: unknown, key = ''): unknown => {
    if (typeof value === 'string') return ownWords.has(key) ? value : redactor.text(value);
    if (Array.isArray(value)) return value.map((inside) => redacted(inside));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([k, inside]) => [k, redacted(inside, k)]));
  };
  return redacted(judgement) as T;
}
