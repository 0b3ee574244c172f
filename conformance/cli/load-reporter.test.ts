import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { renderReport } from '../report/reporters.ts';
import { sampleRun } from '../testing/sample-run.ts';
import { CannotRun } from './cannot-run.ts';
import { loadReporter } from './load-reporter.ts';

describe('reporters by name', () => {
  const folder = mkdtempSync(join(tmpdir(), 'framewright-reporters-'));
  after(() => rmSync(folder, { recursive: true }));

  const write = (path: string, content: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  const counting = `export default {
    path: 'counts.txt',
    render: (runs, { verbose }) => runs.map(({ target, results }) => target.name + ': ' + results.length + verbose).join(),
  };`;

  test('a built-in name gives the built-in reporter, with its default path', async () => {
    const { name, path, reporter } = await loadReporter('html', folder);
    assert.deepEqual([name, path], ['html', 'report.html']);
    assert.equal(reporter.about, 'one page: a matrix of cases and targets, with every byte');
    assert.equal((await loadReporter('junit:a/b:c.xml', folder)).path, 'a/b:c.xml');
  });

  test('a path gives the module there, relative to the folder', async () => {
    write('lib/counting.mjs', counting);
    const run = await sampleRun();
    for (const words of [
      './lib/counting.mjs',
      'lib/counting.mjs',
      join(folder, 'lib/counting.mjs'),
    ]) {
      const { reporter, path } = await loadReporter(words, folder);
      assert.equal(path, 'counts.txt');
      const report = await renderReport(reporter, [run], { verbose: true });
      assert.equal(report, `${run.target.name}: ${run.results.length}true`);
    }
    assert.equal((await loadReporter('./lib/counting.mjs:out.txt', folder)).path, 'out.txt');
  });

  test('a package name gives the package that is installed there, also if it is ESM only', async () => {
    for (const name of ['counting-reporter', '@scope/counting']) {
      const exports = JSON.stringify({ name, exports: { import: './main.mjs' } });
      write(`node_modules/${name}/package.json`, exports);
      write(`node_modules/${name}/main.mjs`, counting);
      const loaded = await loadReporter(`${name}:out.txt`, folder);
      assert.deepEqual([loaded.name, loaded.path], [name, 'out.txt']);
    }
  });

  const cannotBeLoaded: readonly [what: string, words: string, source: string, message: RegExp][] =
    [
      [
        'a missing file',
        './none.mjs',
        '',
        /^cannot load the reporter \.\/none\.mjs: there is no such file$/,
      ],
      [
        'a module without a default export',
        './named.mjs',
        'export const render = () => "";',
        /default export has to be an object with a function render/,
      ],
      [
        'a default export without render',
        './empty.mjs',
        'export default {};',
        /default export has to be an object with a function render/,
      ],
      [
        'a module that throws',
        './throwing.mjs',
        'throw new Error("no config");',
        /^cannot load the reporter \.\/throwing\.mjs: no config$/,
      ],
      [
        'a module with a syntax error',
        './broken.mjs',
        'export default {',
        /^cannot load the reporter \.\/broken\.mjs: Unexpected end of input$/,
      ],
      [
        'a module that imports what is missing',
        './imports.mjs',
        'import "not-there";',
        /^cannot load the reporter \.\/imports\.mjs: Cannot find package 'not-there'/,
      ],
      ['a misspelt name', 'junitt', '', /^no reporter is called "junitt": did you mean junit\?$/],
      [
        'a package that is not installed',
        'not-installed',
        '',
        /^no reporter is called "not-installed": there are console, .*its path \(\.\/my-reporter\.mjs\)/,
      ],
      ['a name that cannot be one', '', '', /^no reporter is called "":/],
    ];
  for (const [what, words, source, message] of cannotBeLoaded) {
    test(`${what} is an error that says what to do`, async () => {
      if (source) write(words, source);
      await assert.rejects(loadReporter(words, folder), (error: Error) => {
        assert.ok(error instanceof CannotRun, error.stack);
        assert.match(error.message, message);
        return true;
      });
    });
  }

  test('a report that is neither text nor files is an error', async () => {
    const run = await sampleRun();
    const returning = (value: unknown) => ({ render: () => value as string });
    for (const value of [undefined, null, 7, {}, new Map([['a', 7]])]) {
      await assert.rejects(renderReport(returning(value), [run]), /this reporter returned/);
    }
    const files = new Map([['a.txt', 'a']]);
    assert.equal(await renderReport(returning(files), [run]), files);
  });
});
