import assert from 'node:assert/strict';
import { test } from 'node:test';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { parseKnownFailing } from '../results/known-failing.ts';
import type { Run } from '../results/results.ts';
import { judgedRun, sampleRun } from '../testing/sample-run.ts';
import { renderJunit } from './junit.ts';

interface Node {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Node[];
  readonly text: string;
}

/** As a tree in document order. */
function parse(xml: string): Node {
  assert.equal(XMLValidator.validate(xml), true);
  const options = { ignoreAttributes: false, attributeNamePrefix: '', trimValues: false };
  const parsed = new XMLParser({
    ...options,
    preserveOrder: true,
    parseTagValue: false,
    processEntities: true,
  }).parse(xml) as Record<string, unknown>[];
  return nodeOf(parsed.find((part) => 'testsuites' in part)!);
}

function nodeOf(part: Record<string, unknown>): Node {
  const name = Object.keys(part).find((key) => key !== ':@')!;
  const inside = part[name] as Record<string, unknown>[];
  return {
    name,
    attributes: (part[':@'] ?? {}) as Record<string, string>,
    children: inside.filter((child) => !('#text' in child)).map(nodeOf),
    text: inside.map((child) => child['#text'] ?? '').join(''),
  };
}

/** The rules that the JUnit schemas of Ant and Jenkins share. */
function checkRules(suites: Node): void {
  assert.equal(suites.name, 'testsuites');
  const number = (node: Node, attribute: string) => Number(node.attributes[attribute]);
  const sum = (nodes: readonly Node[], attribute: string) =>
    nodes.reduce((total, node) => total + number(node, attribute), 0);
  for (const attribute of ['tests', 'failures', 'errors', 'skipped']) {
    assert.equal(number(suites, attribute), sum(suites.children, attribute), attribute);
  }
  for (const suite of suites.children) {
    assert.equal(suite.name, 'testsuite');
    assert.match(suite.attributes.time!, /^\d+\.\d{3}$/);
    assert.match(suite.attributes.timestamp!, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    assert.equal(number(suite, 'tests'), suite.children.length);
    const having = (name: string) =>
      suite.children.filter(({ children }) => children[0]?.name === name).length;
    assert.equal(number(suite, 'failures'), having('failure'));
    assert.equal(number(suite, 'errors'), having('error'));
    assert.equal(number(suite, 'skipped'), having('skipped'));
    for (const testcase of suite.children) {
      assert.equal(testcase.name, 'testcase');
      assert.deepEqual(Object.keys(testcase.attributes), ['classname', 'name', 'time']);
      assert.ok(testcase.children.length <= 1);
      for (const { name, attributes } of testcase.children) {
        assert.ok(['failure', 'error', 'skipped', 'system-out'].includes(name), name);
        if (name === 'failure' || name === 'error')
          assert.ok(attributes.message && attributes.type);
      }
    }
  }
}

function outcomes(run: Run): Record<string, string> {
  const suites = parse(renderJunit([run]));
  checkRules(suites);
  const testcases = suites.children.flatMap(({ children }) => children);
  return Object.fromEntries(
    testcases.map(({ attributes, children }) => [attributes.name, children[0]?.name ?? 'passed']),
  );
}

test('each verdict has its element', async () => {
  assert.deepEqual(outcomes(await sampleRun()), {
    'sample/kept': 'passed',
    'sample/broken': 'failure',
    'sample/broken-should': 'system-out',
    'sample/left-open': 'system-out',
    'sample/skipped': 'skipped',
    'sample/not-judged': 'error',
  });
});

test('a known failure is skipped, a listed case that passes is a failure', async () => {
  const run = await judgedRun();
  const ids = run.results.map(({ id }) => id);
  const knownFailing = parseKnownFailing('sample/broken\nsample/kept', 'list.txt', ids);
  const seen = outcomes({ ...run, options: { ...run.options, knownFailing } });
  assert.deepEqual([seen['sample/broken'], seen['sample/kept']], ['skipped', 'failure']);
});

test('a broken SHOULD is a failure with --fail-on should', async () => {
  const run = await judgedRun();
  const seen = outcomes({ ...run, options: { ...run.options, failOn: 'should' } });
  assert.equal(seen['sample/broken-should'], 'failure');
});

test('a failure contains the explanation, and hostile text stays text', async () => {
  const xml = renderJunit([await sampleRun()]);
  assert.doesNotMatch(xml, /<script/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 §2.2 does not allow them
  assert.doesNotMatch(xml, /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udfff]/u);
  const failure = parse(xml)
    .children.flatMap(({ children }) => children)
    .find(({ attributes }) => attributes.name === 'sample/broken')!.children[0]!;
  assert.match(
    failure.attributes.message!,
    /^wrong-answer: text <script>alert\(1\)<\/script>\]\]>/,
  );
  assert.match(failure.text, /requirement {2}the rule in our own words/);
  assert.match(failure.text, /\^\^ wrong-answer/);
});

test('two targets are two sets of suites', async () => {
  const run = await sampleRun();
  const other = { ...run, target: { ...run.target, name: 'other <&>' } };
  const suites = parse(renderJunit([run, other]));
  checkRules(suites);
  assert.equal(suites.children.length, 10);
  assert.match(suites.children[9]!.attributes.name!, /^other <&> · RFC 7692/);
});
