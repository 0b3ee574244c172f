import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coverageAsJson, coverageAsText } from './coverage.ts';

test('coverage as text: section, level, requirement, its cases or the reason for none', () => {
  const text = coverageAsText();
  assert.match(text, /^RFC 7692 §7\.1$/m);
  assert.match(
    text,
    /^ {2}MUST {4}an offer with a parameter that is not defined is declined\n {10}deflate-offer\/unknown-parameter-declined$/m,
  );
  assert.match(text, /^ {10}no case: .+/m);
  assert.match(text, /\n\d+ requirements, \d+ checked by cases, \d+ not, each with a reason/);
});

test('coverage as JSON lists every case, or the reason why there is none', () => {
  const { sections } = JSON.parse(coverageAsJson());
  const requirements = sections.flatMap(
    (section: { requirements: object[] }) => section.requirements,
  );
  for (const { cases, unchecked } of requirements) {
    assert.equal(cases.length === 0, unchecked !== undefined);
  }
});
