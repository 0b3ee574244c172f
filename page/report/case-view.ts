/** The view of one case and target: the rule, expected and observed, the replay command, the bytes. */

import type { Detail, ReportConversation } from '../../conformance/report/html-shape.ts';
import { element } from '../elements.js';
import { placeLink } from './address.js';
import { overview } from './data.js';
import { timeline } from './timeline.js';
import { signs, verdictOf, verdictWords } from './verdicts.js';

/** @param detail null if the case was not run */
export function caseView(
  row: number,
  target: number,
  detail: Detail | null | undefined,
  filter: URLSearchParams,
) {
  const reportCase = overview.cases[row];
  if (!reportCase) throw new RangeError(`There is no case ${row}.`);
  const { id, title, cells, tags, autobahn } = reportCase;
  // The broken rule may differ from the one that the case is about.
  const { level, requirement } = detail ?? reportCase;
  const at = overview.sections[reportCase.section];
  const { name = '', version = '' } = overview.targets[target] ?? {};
  const verdict = verdictOf(cells[target]) ?? 'none';
  const heading = element('h2', { id: 'case-title', tabIndex: -1 }, {}, title);
  const badge = element('span', { className: `badge ${verdict}` }, {}, verdictWords(cells[target]));
  const subtitle = element('p', { className: 'subtitle' }, {}, badge, ' ');
  subtitle.append(element('b', {}, {}, name), ` ${version}`);
  const own = `${at?.document} §${at?.section}`;
  const reference = detail?.reference ?? own;
  const chapter = reference === own && at?.title ? ` ${at.title}` : '';
  const facts = [
    fact('Requirement', `${level.toUpperCase()}: ${requirement}`),
    fact('Section', reading(`${reference}${chapter}`, detail ? detail.link : at?.link)),
    fact('Case', element('code', {}, {}, id)),
    ...(tags.length > 0 ? [fact('Tags', tags.join(', '))] : []),
    ...(autobahn.length > 0 ? [fact('Autobahn', autobahn.join(', '))] : []),
  ];
  return [
    heading,
    subtitle,
    strip(row, target, filter),
    element('dl', { className: 'facts' }, {}, ...facts.flat()),
    ...(detail ? judgement(detail, verdict) : []),
  ];
}

function fact(term: string, words: Node | string) {
  return [element('dt', {}, {}, term), element('dd', {}, {}, words)];
}

function reading(words: string, href: string | undefined) {
  return href ? element('a', { href, rel: 'noreferrer' }, {}, words) : words;
}

/** The same case against all targets. */
function strip(row: number, chosen: number, filter: URLSearchParams) {
  if (overview.targets.length < 2) return '';
  const links = overview.targets.map(({ name }, target) => {
    const letter = overview.cases[row]?.cells[target];
    const verdict = verdictOf(letter);
    const sign = element('span', { className: verdict ?? '' }, {}, verdict ? signs[verdict] : '·');
    const link = element('a', { href: placeLink(row, target, filter) }, {}, sign, ` ${name}`);
    link.ariaLabel = `${name}: ${verdictWords(letter)}`;
    if (target === chosen) link.ariaCurrent = 'true';
    return link;
  });
  const made = element('nav', { className: 'strip' }, {}, ...links);
  made.ariaLabel = 'The same case, all targets';
  return made;
}

function judgement(detail: Detail, verdict: string) {
  const { rule, expected, observed, replay, conversations } = detail;
  const half = (name: string, words: string) =>
    element(
      'div',
      { className: name },
      {},
      element('h3', {}, {}, name),
      element('p', {}, {}, words),
    );
  const isBroken = verdict === 'fail' || verdict === 'warn';
  const made: HTMLElement[] = [
    element(
      'div',
      { className: `sides ${verdict}` },
      {},
      half('expected', expected),
      half('observed', observed),
    ),
  ];
  if (isBroken)
    made.push(element('p', { className: 'rule' }, {}, 'rule ', element('code', {}, {}, rule)));
  if (replay) made.push(command(replay));
  for (const each of conversations) made.push(conversation(each, conversations.length > 1));
  return made;
}

/** @param isOneOfSeveral then it has its title, and only the one that decided is open */
function conversation(detail: ReportConversation, isOneOfSeveral: boolean) {
  const { title, isShown } = detail;
  const words = isOneOfSeveral ? `Conversation: ${title}` : 'Conversation';
  if (isShown || !isOneOfSeveral) {
    const content = conversationContent(detail, element('h3', {}, {}, words));
    return element('section', { className: 'conversation' }, {}, ...content);
  }
  const summary = element('summary', {}, {}, words);
  const content = conversationContent(detail);
  return element('details', { className: 'other-conversation' }, {}, summary, ...content);
}

function conversationContent(
  { blocks, at, rule, leftOut, unreadable }: ReportConversation,
  heading?: HTMLElement,
) {
  const made: HTMLElement[] = [];
  if (blocks) {
    const list = timeline(blocks, at, rule);
    const head = heading ? [heading, openAll(list)] : [openAll(list)];
    made.push(element('div', { className: 'conversation-head' }, {}, ...head), list);
  }
  if (unreadable) {
    const reason = `The stored conversation cannot be read: ${unreadable}.`;
    made.push(element('p', { className: 'shortfall' }, {}, reason));
  }
  if (leftOut) {
    const reason = `Too long to be kept whole: ${leftOut.client.toLocaleString('en')} bytes of the client and ${leftOut.server.toLocaleString('en')} of the server are missing.`;
    made.push(element('p', { className: 'quiet' }, {}, reason));
  }
  return made;
}

function openAll(list: HTMLElement) {
  const toggle = element('button', { type: 'button' }, {}, 'Open all');
  toggle.addEventListener('click', () => {
    const all = Array.from(list.querySelectorAll('details'));
    const open = all.some((details) => !details.open);
    for (const details of all) details.open = open;
    toggle.textContent = open ? 'Close all' : 'Open all';
  });
  return toggle;
}

function command(words: string) {
  const code = element('code', { tabIndex: 0 }, {}, words);
  const button = element('button', { type: 'button' }, {}, 'Copy');
  button.addEventListener('click', async () => {
    button.textContent = (await copied(words, code)) ? 'Copied' : 'Select and copy';
  });
  button.ariaLive = 'polite';
  return element('div', { className: 'replay' }, {}, code, button);
}

/** Without a clipboard (a local file in some browsers), by selection. */
async function copied(words: string, shown: HTMLElement) {
  try {
    await navigator.clipboard.writeText(words);
    return true;
  } catch {
    getSelection()?.selectAllChildren(shown);
    return document.execCommand('copy');
  }
}
