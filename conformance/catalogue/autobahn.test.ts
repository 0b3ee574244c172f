import assert from 'node:assert/strict';
import { test } from 'node:test';
import { autobahnIds } from './autobahn.ts';
import { catalogue } from './catalogue.ts';

test('there are 517, in the order of their numbers', () => {
  assert.equal(autobahnIds.length, 517);
  assert.equal(new Set(autobahnIds).size, 517);
  assert.deepEqual(
    [autobahnIds[0], autobahnIds[16], autobahnIds[516]],
    ['1.1.1', '2.1', '13.7.18'],
  );
});

test('each is mapped, and nothing else is', () => {
  const mapped = new Set(catalogue().flatMap(({ autobahn = [] }) => autobahn));
  const missing = autobahnIds.filter((id) => !mapped.has(id));
  const unknown = [...mapped].filter((id) => !autobahnIds.includes(id));
  assert.deepEqual({ missing, unknown }, { missing: [], unknown: [] });
});

test('the full volume sends more in the same cases', () => {
  const [usual, full] = [catalogue('default'), catalogue('full')];
  assert.deepEqual(
    full.map(({ id, autobahn }) => [id, autobahn]),
    usual.map(({ id, autobahn }) => [id, autobahn]),
  );
  const steps = new Map(full.map((testCase) => [testCase.id, testCase.steps.length]));
  for (const { id, steps: fewer } of usual) assert.ok(fewer.length <= steps.get(id)!, id);
  assert.equal(steps.get('deflate/json-of-16-bytes'), 2000);
});
