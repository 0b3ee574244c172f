/** A badge for a README: as shields.io's endpoint JSON, or as a self-contained SVG. */
import type { Run } from '../results/results.ts';
import { forJson, forMarkup } from '../untrusted/inert.ts';
import { summarize } from './summary.ts';

interface Badge {
  readonly label: string;
  readonly message: string;
  readonly color: 'brightgreen' | 'yellow' | 'red' | 'lightgrey';
}

/** How many of the judged MUSTs passed, over all runs. */
export function badgeOf(runs: readonly Run[]): Badge {
  const label = 'websocket';
  const summaries = runs.map(summarize);
  const sum = (number: (summary: (typeof summaries)[number]) => number) =>
    summaries.reduce((total, summary) => total + number(summary), 0);
  const judged = sum(({ byLevel: { must } }) => must.total - must.skip - must.error);
  const broken = sum(({ byLevel: { must } }) => must.fail);
  const warned = sum(({ totals }) => totals.warn);
  if (judged === 0 || sum(({ exitCode }) => Number(exitCode === 2)) > 0) {
    return { label, message: 'not judged', color: 'lightgrey' };
  }
  const message = `${judged - broken}/${judged} MUST`;
  return { label, message, color: broken > 0 ? 'red' : warned > 0 ? 'yellow' : 'brightgreen' };
}

/** https://shields.io/badges/endpoint-badge */
export function renderBadgeJson(runs: readonly Run[]): string {
  return `${forJson({ schemaVersion: 1, ...badgeOf(runs) })}\n`;
}

const fills: Readonly<Record<Badge['color'], string>> = {
  brightgreen: '#2a7d2e',
  yellow: '#8a6100',
  red: '#b3261e',
  lightgrey: '#666',
};

/** `textLength` makes the text as wide as its box in every font. */
export function renderBadgeSvg(runs: readonly Run[]): string {
  const { color, ...words } = badgeOf(runs);
  const [label, message] = [forMarkup(words.label), forMarkup(words.message)];
  const width = (text: string) => text.length * 6.5;
  const [left, right] = [width(label) + 12, width(message) + 12];
  const text = (words: string, start: number) =>
    `<text x="${start + 6}" y="14" textLength="${width(words)}">${words}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img" aria-label="${label}: ${message}">
<title>${label}: ${message}</title>
<clipPath id="r"><rect width="${left + right}" height="20" rx="3"/></clipPath>
<g clip-path="url(#r)"><rect width="${left}" height="20" fill="#444"/><rect x="${left}" width="${right}" height="20" fill="${fills[color]}"/></g>
<g fill="#fff" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11">${text(label, 0)}${text(message, left)}</g>
</svg>
`;
}
