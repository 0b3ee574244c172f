import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchesPattern } from '../../format/id-pattern.ts';
import { catalogue } from '../catalogue.ts';
import { requirements } from './all.ts';

test('each requirement has a slug, a section and words in the present tense', () => {
  for (const { id, words, section } of requirements) {
    assert.match(id, /^[a-z0-9]+(-[a-z0-9]+)*\/[a-z0-9]+(-[a-z0-9]+)*$/);
    assert.match(section, /^\d+(\.\d+)*$/, id);
    assert.doesNotMatch(words, /\.$|\bshould\b/, id);
  }
});

test('sections come in the order of their document', () => {
  const sections = requirements.map(({ document, section }) => `${document} §${section}`);
  const { compare } = new Intl.Collator('en', { numeric: true });
  assert.deepEqual(sections, sections.toSorted(compare));
});

test('each case about RFC 6455 stands for a requirement', () => {
  const patterns = requirements.flatMap((requirement) =>
    'cases' in requirement ? requirement.cases : [],
  );
  const orphans = catalogue()
    .filter(({ document, against }) => document === 'RFC 6455' && against.includes('server'))
    .filter(({ id }) => !patterns.some((pattern) => matchesPattern(pattern, id)));
  assert.deepEqual(
    orphans.map(({ id }) => id),
    [],
  );
});
