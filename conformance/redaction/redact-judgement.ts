/** What a judgement quotes of a conversation. */
import type { Redactor } from './redactor.ts';

/** Words of ours, which no target has chosen. */
const ownWords = new Set(['verdict', 'rule', 'reference', 'document', 'section', 'from']);

/** All texts of a judgement, whatever there is in it, without secrets. */
export function redactJudgement<T extends object>(judgement: T, redactor: Redactor): T {
  const redacted = (value: unknown, key = ''): unknown => {
    if (typeof value === 'string') return ownWords.has(key) ? value : redactor.text(value);
    if (Array.isArray(value)) return value.map((inside) => redacted(inside));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([k, inside]) => [k, redacted(inside, k)]));
  };
  return redacted(judgement) as T;
}
