import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogue } from '../catalogue.ts';
import { matchesPattern } from '../id-pattern.ts';
import { rfc6455 } from './rfc6455.ts';

const ids = catalogue('full').map(({ id }) => id);

test('each requirement has a slug of its own, words, and cases or a reason', () => {
  const slugs = rfc6455.map(({ id }) => id);
  assert.equal(new Set(slugs).size, slugs.length);
  for (const requirement of rfc6455) {
    const { id, words, section } = requirement;
    assert.match(id, /^[a-z0-9]+(-[a-z0-9]+)*\/[a-z0-9]+(-[a-z0-9]+)*$/);
    assert.match(section, /^\d+(\.\d+)*$/);
    assert.doesNotMatch(words, /\.$|\bshould\b/);
    if ('unchecked' in requirement) assert.ok(requirement.unchecked.length > 0, id);
    else assert.ok(requirement.cases.length > 0, id);
  }
});

test('each pattern of cases matches one at least', () => {
  const idle = rfc6455.flatMap((requirement) =>
    'cases' in requirement
      ? requirement.cases.filter((pattern) => !ids.some((id) => matchesPattern(pattern, id)))
      : [],
  );
  assert.deepEqual(idle, []);
});

test('each case about RFC 6455 stands for a requirement', () => {
  const patterns = rfc6455.flatMap((requirement) =>
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
