import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseKnownFailing } from '../results/known-failing.ts';
import { judgedRun, malice, sampleRun } from '../testing/sample-run.ts';
import { outcomeInWords, renderConsole } from './console.ts';

test('a failure shows rule, section, requirement, expected, observed, bytes and the replay command', async () => {
  const text = renderConsole([await sampleRun()]);
  for (const words of [
    /✘ FAIL {2}sample\/broken {2}MUST · RFC 6455 §5\.4/,
    /rule +wrong-answer/,
    /section +RFC 6455 §5\.4 {2}https:\/\/www\.rfc-editor\.org\/rfc\/rfc6455#section-5\.4/,
    /requirement +the rule in our own words/,
    /expected +this/,
    /observed +text <script>/,
    /← server .* bytes 129–\d+ {2}text frame, FIN, not masked/,
    /\^\^ wrong-answer/,
    /replay +npx framewright replay sample\/broken ws:\/\/127\.0\.0\.1:9001\/ --seed 2a/,
    /! WARN {2}sample\/broken-should/,
    /RFC 6455 §7\.4\.1 {2}https/,
    /Not judged\n {2}sample\/not-judged {2}no connection\n {4}at play \(file:/,
    /1 skipped: the target does not negotiate permessage-deflate/,
    /6 cases in 1\.2 s: 1 passed, 1 failed, 1 warned, 1 informational, 1 skipped, 1 not judged · not everything could be judged\n$/,
  ]) {
    assert.match(text, words);
  }
});

test('control characters from a target do not reach the terminal', async () => {
  const text = renderConsole([await sampleRun()], { verbose: true });
  assert.match(text, /observed +text <script>alert\(1\)<\/script>\]\]>\\x1b\[2J&"'\\r\\n::error::/);
  assert.doesNotMatch(text, /[^\P{C}\n]/u);
});

test('colours are used on request and change no text', async () => {
  const run = await sampleRun();
  const [plain, coloured] = [renderConsole([run]), renderConsole([run], { colours: true })];
  assert.notEqual(coloured, plain);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the test looks for escape sequences
  assert.equal(coloured.replaceAll(/\u001b\[\d+m/g, ''), plain);
});

test('every case with its observation, on request', async () => {
  const run = await sampleRun();
  assert.doesNotMatch(renderConsole([run]), /sample\/kept/);
  assert.match(renderConsole([run], { verbose: true }), /✔ sample\/kept {2}Close 1000, then FIN/);
});

test('the last line reports what was unexpected, and why', async () => {
  const run = await judgedRun();
  assert.match(renderConsole([run]), / · 1 unexpected\n$/);
  const ids = run.results.map(({ id }) => id);
  const withList = (content: string) => ({
    ...run,
    options: { ...run.options, knownFailing: parseKnownFailing(content, 'list.txt', ids) },
  });
  const known = renderConsole([withList('sample/broken')]);
  assert.match(known, /Failing as known\n {2}sample\/broken {2}wrong-answer/);
  assert.match(known, / · as expected\n$/);
  assert.doesNotMatch(known, /✘ FAIL/);
  const rotten = renderConsole([withList('sample/kept\nno/such')]);
  assert.match(rotten, /Listed as known failing, and passing\n {2}sample\/kept/);
  assert.match(rotten, /Known-failing lines that match no case\n {2}list\.txt:2 {2}no\/such/);
  assert.match(rotten, / · 3 unexpected\n$/);
});

test('an interrupted run reports how far it got', async () => {
  const lost = {
    state: 'target lost',
    reason: 'exited with code 3. It wrote:\n  \u001bbye',
  } as const;
  const text = renderConsole([await judgedRun({ end: lost, planned: 100 })]);
  assert.match(
    text,
    /The target was lost \(95 of 100 cases not run\): exited with code 3\. It wrote:\n {2}\\x1bbye\n5 of 100 cases/,
  );
  const stopped = renderConsole([await judgedRun({ end: { state: 'interrupted' } })]);
  assert.match(stopped, /Interrupted: cases that did not run are missing here/);
});

test('a hostile payload is shown as text in the annotated bytes', async () => {
  assert.ok(malice.includes('\u001b'));
  assert.match(
    renderConsole([await sampleRun()]),
    /payload {3}"<script>alert\(1\)<\/script>\]\]>\\x1b\[2J/,
  );
});

test('the outcome of a run fits in a line and includes why it ended early', async () => {
  const run = await judgedRun();
  const line = /^sample: \d+ passed, .* · 1 unexpected$/;
  assert.match(outcomeInWords(run), line);
  const lost = { ...run, end: { state: 'target lost', reason: 'gone:\n  \u001bbye' } } as const;
  const [first, second, third] = outcomeInWords(lost).split('\n');
  assert.deepEqual(
    [first, second],
    ['The target was lost (1 of 6 cases not run): gone:', '  \\x1bbye'],
  );
  assert.match(third!, / · not everything could be judged$/);
});
