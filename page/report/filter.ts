/**
 * The filters of the case list: the form, its state as part of the address, and the test of a case.
 */
import { byId, element } from '../elements.js';
import { casesOfCause, causeKey } from './causes.js';
import { overview } from './data.js';
import { signs, verdictNames, verdictOf } from './verdicts.js';

const form = byId('filters', HTMLFormElement);
const text = byId('text', HTMLInputElement);
const section = byId('section', HTMLSelectElement);
const tag = byId('tag', HTMLSelectElement);
const cause = byId('cause', HTMLSelectElement);
const differ = byId('differ', HTMLInputElement);

export function showFilters(onChange: () => void) {
  const levels = ['must', 'should', 'may'] as const;
  byId('verdicts', HTMLFieldSetElement).append(
    ...verdictNames.map((name) => chip('verdict', name, `${signs[name]} ${name}`)),
  );
  byId('levels', HTMLFieldSetElement).append(
    ...levels.map((name) => chip('level', name, name.toUpperCase())),
  );
  section.append(new Option('all sections', ''), ...sectionOptions());
  const tags = [...new Set(overview.cases.flatMap((each) => each.tags))].toSorted();
  tag.append(new Option('all tags', ''), ...tags.map((name) => new Option(name, name)));
  tag.hidden = tags.length === 0;
  const causes = causeOptions();
  cause.append(new Option('all causes', ''), ...causes);
  cause.hidden = causes.length === 0;
  byId('differ', HTMLInputElement).parentElement?.toggleAttribute(
    'hidden',
    overview.targets.length < 2,
  );
  form.addEventListener('input', onChange);
  form.addEventListener('submit', (event) => event.preventDefault());
  byId('reset', HTMLButtonElement).addEventListener('click', () => {
    form.reset();
    onChange();
  });
}

function chip(name: string, value: string, words: string) {
  const box = element('input', { type: 'checkbox', name, value });
  return element('label', { className: `chip ${value}` }, {}, box, ` ${words}`);
}

function sectionOptions() {
  const documents = [...new Set(overview.sections.map(({ document }) => document))];
  return documents.map((name) => {
    const group = element('optgroup', { label: name });
    const inside = overview.sections.filter((each) => each.document === name);
    group.append(
      new Option(`all of ${name}`, name),
      ...inside.map((each) => {
        const key = `${name} §${each.section}`;
        return new Option(`§${each.section} ${each.title}`, key);
      }),
    );
    return group;
  });
}

function causeOptions() {
  return overview.targets
    .filter(({ causes }) => causes.length > 0)
    .map((target) => {
      const group = element('optgroup', { label: target.name });
      const options = target.causes.map(({ rule, cases, reference }, index) => {
        const words = `${cases.length} × ${rule}, ${reference}`;
        return new Option(words, causeKey(target, index));
      });
      group.append(...options);
      return group;
    });
}

/** The state of the form, without unset fields. */
export function readFilter() {
  const filter = new URLSearchParams();
  if (text.value.trim()) filter.set('text', text.value.trim());
  for (const name of ['verdict', 'level']) {
    const chosen = boxes(name).filter(({ checked }) => checked);
    if (chosen.length > 0) filter.set(name, chosen.map(({ value }) => value).join(','));
  }
  if (section.value) filter.set('section', section.value);
  if (tag.value) filter.set('tag', tag.value);
  if (cause.value) filter.set('cause', cause.value);
  if (differ.checked) filter.set('differ', '1');
  return filter;
}

export function writeFilter(filter: URLSearchParams) {
  text.value = filter.get('text') ?? '';
  for (const name of ['verdict', 'level']) {
    const chosen = (filter.get(name) ?? '').split(',');
    for (const box of boxes(name)) box.checked = chosen.includes(box.value);
  }
  section.value = filter.get('section') ?? '';
  tag.value = filter.get('tag') ?? '';
  cause.value = filter.get('cause') ?? '';
  differ.checked = filter.has('differ');
}

function boxes(name: string) {
  return Array.from(form.querySelectorAll('input')).filter((input) => input.name === name);
}

/** The searchable text of each case, in lower case, computed once. */
const haystacks: readonly string[] = overview.cases.map(
  ({ id, title, requirement, rules, autobahn }) =>
    [id, title, requirement, ...rules, ...autobahn.map((number) => `autobahn:${number}`)]
      .join('\n')
      .toLowerCase(),
);

/**
 * @param targets those whose verdicts count
 * @returns per case, whether it is shown
 */
export function chooseCases(filter: URLSearchParams, targets: ReadonlySet<number>): boolean[] {
  const words = (filter.get('text') ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const verdicts = filter.get('verdict')?.split(',');
  const levels = filter.get('level')?.split(',');
  const ofCause = casesOfCause(filter.get('cause') ?? '');
  const [inSection, withTag] = [filter.get('section'), filter.get('tag')];
  return overview.cases.map((each, index) => {
    const at = overview.sections[each.section];
    const seen = [...targets].map((target) => verdictOf(each.cells[target]));
    return (
      words.every((word) => haystacks[index]?.includes(word)) &&
      (!verdicts || seen.some((verdict) => verdict && verdicts.includes(verdict))) &&
      (!levels || levels.includes(each.level)) &&
      (!inSection ||
        inSection === at?.document ||
        inSection === `${at?.document} §${at?.section}`) &&
      (!ofCause || ofCause.has(each.id)) &&
      (!withTag || each.tags.includes(withTag)) &&
      (!filter.has('differ') || new Set(seen).size > 1)
    );
  });
}
