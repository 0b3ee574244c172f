/**
 * One self-contained page: the matrix of cases and targets, with the conversation of each cell. The
 * page is `page/report/`, inlined; its data is JSON that cannot close an element, and its content
 * security policy allows only these scripts and styles, and no network.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { bundledScript } from '../../page-files/bundle.ts';
import type { Run } from '../results/results.ts';
import { forMarkup } from '../untrusted/inert.ts';
import { detailsOf, indexById, overviewOf } from './html-data.ts';

export function renderHtml(runs: readonly Run[]): string {
  const overview = overviewOf(runs);
  const indexed = runs.map(indexById);
  const script = bundledScript('report');
  const style = asset('report/report.css');
  const names = overview.targets.map(({ name, version }) => `${name} ${version}`.trim());
  const conversations = overview.cases.map(({ id }) => packed(detailsOf(id, indexed)));
  return fill(asset('report/report.html'), {
    title: forMarkup(`WebSocket conformance: ${names.join(', ')}`),
    policy: [
      "default-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      'img-src data:',
      `script-src '${hashOf(script)}'`,
      `style-src '${hashOf(style)}'`,
    ].join('; '),
    icon: Buffer.from(asset('mark.svg')).toString('base64'),
    style,
    script,
    overview: jsonForMarkup(overview),
    conversations: conversations.join('\n'),
  });
}

function asset(path: string): string {
  return readFileSync(new URL(`../../page/${path}`, import.meta.url), 'utf8');
}

/** In base64, so that it cannot contain markup. */
function packed(value: unknown): string {
  return gzipSync(JSON.stringify(value)).toString('base64');
}

/** Without `<`, so that a script element cannot end early and no comment can begin in it. */
function jsonForMarkup(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** Replaces each `$name$` once, in one pass: inserted text is not searched again. */
function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(
    /(?:\/\* )?\$(\w+)\$(?: \*\/)?/g,
    (_, name: string) => values[name] ?? '',
  );
}
