import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as all from './rules.ts';

const rules = Object.values(all);

test('each rule has a slug, a section and a requirement in the present tense', () => {
  for (const { name, section, requirement } of rules) {
    assert.match(name, /^[a-z]+(-[a-z]+)*$/);
    assert.match(section, /^\d+(\.\d+)*$/, name);
    assert.doesNotMatch(requirement, /\.$|\bshould\b/, name);
  }
});

test('two rules of one name have different sections or levels', () => {
  const keys = rules.map(({ name, document, section, level, requirement }) =>
    [name, document, section, level, requirement].join(' '),
  );
  assert.equal(new Set(keys).size, keys.length);
});
