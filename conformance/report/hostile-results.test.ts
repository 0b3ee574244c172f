/**
 * Each string of a results file in turn is replaced by hostile text; every report, export and message
 * is then checked by the rules of the tool that consumes it.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { renderHar } from '../export/har.ts';
import { renderPcapng } from '../export/pcapng.ts';
import { parseResults, ResultsFileError } from '../results/read-results.ts';
import { type Results, type Run, resultsOf } from '../results/results.ts';
import { loadTimeline, type StoredTimeline } from '../results/stored-timeline.ts';
import { sampleRun } from '../testing/sample-run.ts';
import { outcomeInWords } from './console.ts';
import { renderReport, reporters } from './reporters.ts';

const everything =
  '\u001b]52;c;ZXZpbA==\u0007\u001b[2J\u009b1m\u0000\b\u007f\u202e\u2066\u200b\ufeff\u3164\ud800\r\n::set-output name=a::b\n  ::error::c ##[group]d $(touch /tmp/x)`id`\'"<script>]]>&';

/** By the place that the text attacks. */
const hostile: Readonly<Record<string, string>> = {
  // An id has a slash and no space: otherwise it would be refused before it can do harm.
  everywhere: `a/${everything.replaceAll(/[\s\ufeff]/g, '_')}`,
  'a terminal': everything,
  'a log': '::error title=forged::x/##[error]y',
  'a path': '../../../../etc/x/y',
  'an object': '__proto__',
};

async function fullRun(): Promise<Run> {
  const run = await sampleRun();
  const list = { file: 'list.txt', patterns: ['sample/left-open'] };
  const [kept, broken, ...others] = run.results;
  const script = [
    { type: 'open', protocol: 'a', extensions: 'b' },
    { type: 'error', message: 'c' },
    { type: 'close', code: 1000, reason: 'd', wasClean: true },
    { type: 'value', name: 'e', value: { f: 'g' } },
  ] as const;
  const timeline: StoredTimeline = {
    ...kept!.conversations[0]!.timeline,
    entries: [
      ...kept!.conversations[0]!.timeline.entries,
      ...script.map((event) => ({ kind: 'script', at: 1, event }) as const),
      { kind: 'timeout', at: 2, waitingFor: 'a Close frame' },
    ],
  };
  const conversations = [{ name: 'main', timeline } as const];
  return {
    ...run,
    target: { ...run.target, command: ['node', 'server.js', '{port}'] },
    options: {
      ...run.options,
      ...{ only: ['sample'], skip: ['other'], headers: ['Cookie'] },
      knownFailing: { ...list, unmatched: [{ line: 2, pattern: 'no/such' }] },
    },
    end: { state: 'target lost', reason: 'exited with code 3. It wrote:\n    bye' },
    results: [
      kept!,
      { ...broken!, tags: ['limits'], reference: 'RFC 6455 §5.1', conversations },
      ...others,
    ],
  };
}

type Path = readonly (string | number)[];

function stringsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value === 'string') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inside]) => stringsIn(inside, [...path, key]));
}

function withString(value: unknown, [key, ...path]: Path, text: string): unknown {
  if (key === undefined) return text;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as never;
  copy[key as never] = withString(copy[key as never], path, text) as never;
  return copy;
}

const unseen = /(?!\n)[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** No control of a terminal, and no command of a runner in any line. */
function checkLog(text: string, what: string): void {
  assert.doesNotMatch(text, unseen, what);
  assert.doesNotMatch(text, /^\s*::|##\[/m, what);
}

function checkAnnotations(text: string, what: string): void {
  assert.doesNotMatch(text, unseen, what);
  for (const line of text.trimEnd().split('\n')) {
    assert.match(line, /^::(error|warning|notice) (file|title)=[^:]*::/, what);
    assert.ok(!line.includes('##['), what);
  }
}

function checkJunit(xml: string, what: string): void {
  checkLog(xml, what);
  assert.equal(XMLValidator.validate(xml), true, what);
  const options = { ignoreAttributes: false, attributeNamePrefix: '', parseAttributeValue: false };
  const { testsuites } = new XMLParser(options).parse(xml);
  for (const suite of [testsuites.testsuite].flat()) {
    assert.match(suite.time, /^\d+\.\d{3}$/, what);
    assert.match(suite.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/, what);
    for (const { time, name } of [suite.testcase].flat()) {
      assert.match(time, /^\d+\.\d{3}$/, what);
      assert.ok(name, what);
    }
  }
}

/** Strings that the page shows, including those it decompresses first. */
function checkPage(html: string, what: string): void {
  checkLog(html.replaceAll(/<(style|script)[\s\S]*?<\/\1>/g, ''), what);
  const inside = (id: string) =>
    new RegExp(`id="${id}"[^>]*>([^]*?)</script>`).exec(html)![1]!.trim();
  const packed = inside('conversations').split('\n');
  const details = packed.map((line) => gunzipSync(Buffer.from(line, 'base64')).toString());
  for (const json of [inside('overview'), ...details]) {
    assert.ok(!json.includes('\u001b'), what);
    JSON.parse(json, (key, value) => {
      if (typeof value === 'string') checkLog(value, `${what}: ${key}`);
      return value;
    });
  }
}

const read = (results: Results) => parseResults(JSON.stringify(results), 'hostile.json');

async function reportsOf(runs: readonly Run[]) {
  const made = new Map<string, string | ReadonlyMap<string, string>>();
  for (const [name, reporter] of Object.entries(reporters)) {
    made.set(name, await renderReport(reporter, runs, { verbose: true }));
  }
  return made;
}

async function check(results: Results, what: string): Promise<void> {
  const { runs } = results;
  const reports = await reportsOf(runs);
  checkLog(reports.get('console') as string, `${what}, console`);
  checkLog(runs.map(outcomeInWords).join('\n'), `${what}, outcome`);
  checkAnnotations(reports.get('github') as string, `${what}, github`);
  checkJunit(reports.get('junit') as string, `${what}, junit`);
  checkPage(reports.get('html') as string, `${what}, html`);
  assert.equal(XMLValidator.validate(reports.get('badge') as string), true, `${what}, badge`);
  checkLog(reports.get('json') as string, `${what}, json`);
  assert.deepEqual(read(JSON.parse(reports.get('json') as string)), results, `${what}, json`);
  for (const [name, content] of reports.get('autobahn') as ReadonlyMap<string, string>) {
    assert.equal(resolve(join('/folder', name)), `/folder/${name}`, `${what}, autobahn`);
    assert.match(name, /^[\w.-]+\.json$/, `${what}, autobahn`);
    checkLog(content, `${what}, autobahn`);
    JSON.parse(content);
  }
  const recorded = runs.map(({ target, startedAt, results: [, second] }) => {
    const name = `${second!.id}, ${target.name}`;
    return {
      name,
      url: target.url,
      startedAt,
      timeline: loadTimeline(second!.conversations[0]!.timeline),
    };
  });
  checkLog(renderHar(recorded), `${what}, har`);
  JSON.parse(renderHar(recorded));
  assert.ok(!renderPcapng(recorded).includes('\u001b]52'), `${what}, pcapng`);
}

const original = resultsOf([await fullRun()]);

for (const [place, text] of Object.entries(hostile)) {
  test(`no string of a results file affects ${place}`, async () => {
    let shown = 0;
    for (const path of stringsIn(original)) {
      const what = path.join('/');
      const results = withString(original, path, text) as Results;
      let taken: Results;
      try {
        taken = read(results);
      } catch (error) {
        assert.ok(error instanceof ResultsFileError, what);
        checkLog(error.message, what);
        continue;
      }
      shown += 1;
      await check(taken, what);
    }
    assert.ok(shown > 40, `${shown} strings passed the schema`);
  });
}

// biome-ignore lint/suspicious/noExplicitAny: the test writes what the type forbids
type Mutable = any;

test('the name of a field is inert as well', async () => {
  const results = structuredClone(original) as Mutable;
  results.runs[0].target.capabilities[everything] = true;
  results.runs[0][everything] = 'x';
  await check(read(results), 'a field');
  results.runs[0].target.capabilities[everything] = 5;
  assert.throws(
    () => read(results),
    (error: Error) => {
      checkLog(error.message, 'a field');
      return error instanceof ResultsFileError;
    },
  );
});

test('a shell parses each word of a replay command unchanged', async () => {
  const words = [hostile.everywhere!.replaceAll(/[\0\ud800]/g, ''), "a/$(touch x)'`id`", 'a/##[b'];
  const runs = words.map((id) => {
    const run = withString(original.runs[0], ['results', 1, 'id'], id) as Run;
    return { ...run, target: { ...run.target, command: ['node', id] } };
  });
  for (const [index, run] of runs.entries()) {
    const text = (await renderReport('console', [run], { verbose: true })) as string;
    const line = /^ +replay +npx (.*)$/m.exec(text)![1]!;
    const read = execFileSync('sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' });
    assert.deepEqual(read.split('\0').slice(0, -1), [
      ...['framewright', 'replay', words[index], 'ws://127.0.0.1:9001/'],
      ...['--header', 'Cookie: …', '--seed', '2a', '--', 'node', words[index]],
    ]);
  }
});
