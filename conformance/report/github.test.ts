import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseKnownFailing } from '../results/known-failing.ts';
import { judgedRun, sampleRun } from '../testing/sample-run.ts';
import { renderGithub } from './github.ts';

/** Parses a workflow command as the runner does. */
function parse(line: string) {
  const [, name, list, data] = /^::(\w+) ([^:]*)::(.*)$/s.exec(line) ?? [];
  assert.ok(name !== undefined, line);
  const undo = (text: string) =>
    text
      .replaceAll('%0D', '\r')
      .replaceAll('%0A', '\n')
      .replaceAll('%3A', ':')
      .replaceAll('%2C', ',')
      .replaceAll('%25', '%');
  const properties = list!.split(',').map((pair) => pair.split('='));
  return {
    name,
    properties: Object.fromEntries(properties.map(([key, value]) => [key, undo(value!)])),
    message: undo(data!),
  };
}

test('failures and errors are errors, warnings are warnings, the totals are a notice', async () => {
  const lines = renderGithub([await sampleRun()])
    .trimEnd()
    .split('\n')
    .map(parse);
  assert.deepEqual(
    lines.map(({ name, properties }) => [name, properties.title]),
    [
      ['error', 'sample/broken (MUST · RFC 6455 §5.4), sample'],
      ['error', 'sample/not-judged (MUST · RFC 7692 §7.2.2), sample'],
      ['warning', 'sample/broken-should (SHOULD · RFC 6455 §7.4.1), sample'],
      ['notice', 'Framewright: sample'],
    ],
  );
  assert.match(lines[0]!.message, /^a rule that is kept\nrule: wrong-answer\nsection: RFC 6455/);
});

test('failures beyond the ten that GitHub shows share an annotation per section', async () => {
  const run = await judgedRun();
  const broken = run.results.find(({ verdict }) => verdict === 'fail')!;
  const results = Array.from({ length: 12 }, (_, index) => ({
    ...broken,
    id: `sample/broken-${index}`,
    section: index < 11 ? '5.4' : '5.5.2',
  }));
  const lines = renderGithub([{ ...run, planned: 12, results }])
    .trimEnd()
    .split('\n')
    .map(parse);
  assert.deepEqual(
    lines.map(({ properties }) => properties.title),
    [
      'sample/broken-0 and 10 more (MUST · RFC 6455 §5.4), sample',
      'sample/broken-11 (MUST · RFC 6455 §5.5.2), sample',
      'Framewright: sample',
    ],
  );
  assert.match(lines[0]!.message, /\nand: sample\/broken-1, .*, sample\/broken-10$/);
});

test('a hostile payload cannot forge a command', async () => {
  const run = await sampleRun();
  const target = { ...run.target, name: 'x\n::error::forged, y' };
  const lines = renderGithub([{ ...run, target }])
    .trimEnd()
    .split('\n');
  assert.equal(lines.length, 4);
  assert.deepEqual(parse(lines[0]!).properties, {
    title: 'sample/broken (MUST · RFC 6455 §5.4), x\\n::error::forged, y',
  });
  assert.match(parse(lines[0]!).message, /observed: text <script>.*\\r\\n::error::forged\\x00%0A/);
});

test('a rotten known-failing list is annotated at its line', async () => {
  const run = await judgedRun();
  const ids = run.results.map(({ id }) => id);
  const knownFailing = parseKnownFailing('sample/kept\nno/such', 'lists/ws.txt', ids);
  const lines = renderGithub([{ ...run, options: { ...run.options, knownFailing } }]);
  assert.match(
    lines,
    /^::error file=lists\/ws\.txt,title=sample\/kept%3A listed as known failing::it passes on sample$/m,
  );
  assert.match(
    lines,
    /^::error file=lists\/ws\.txt,line=2,title=known-failing list::no case matches no\/such$/m,
  );
});
