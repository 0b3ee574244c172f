/** Words that readers had to translate stay out of documents, source, titles and ids. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { catalogue } from '../conformance/catalogue/catalogue.ts';

/** The words, with what to write instead. */
const instead: readonly (readonly [RegExp, string])[] = [
  [/\bwhoever\b/i, 'anyone who, a client that'],
  [/\bblackened\b/i, 'redacted'],
  [/\bcrooked\b/i, 'faulty'],
  [/\bmanners\b/i, 'behaviour'],
  [/\bpatience\b/i, 'timeout'],
  [/\bin vain\b/i, 'without success'],
  [/\b(?:is|are|just) as good\b/i, 'equally acceptable'],
  [/\bof (?:its|their) own\b/i, 'separate, dedicated'],
  [/\bnobody asked for\b/i, 'unsolicited'],
  [/\b(?:is|are|was|were) told\b/i, 'gets, is reported'],
  [/\bplays? the catalogue\b/i, 'runs the test suite'],
];
const behind: readonly [RegExp, string] = [
  /\bbehind (?:a|an|the|it|its|that|each|another|them)\b|(?:^|[-/])behind(?:-|$)/i,
  'after',
];

/** @returns `place: "word", write …` for each word that is found */
function findings(place: string, text: string, words = instead): string[] {
  return words.flatMap(([word, better]) => {
    const found = word.exec(text);
    return found ? [`${place}: "${found[0]}", write: ${better}`] : [];
  });
}

const files = execFileSync('git', ['ls-files'], { encoding: 'utf8' }).trimEnd().split('\n');
const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

test('documents avoid the listed words', () => {
  const documents = files.filter((file) => file.endsWith('.md'));
  assert.ok(documents.includes('README.md'));
  assert.deepEqual(
    documents.flatMap((file) => findings(file, read(file))),
    [],
  );
});

const sources = files.filter((file) => /\.(?:ts|mjs)$/.test(file) && !file.startsWith('.ci/words'));

test('comments, messages and test names avoid the listed words', () => {
  assert.deepEqual(
    sources.flatMap((file) =>
      read(file)
        .split('\n')
        .flatMap((line, index) => findings(`${file}:${index + 1}`, line)),
    ),
    [],
  );
});

test('file headers say after, and are block comments', () => {
  assert.deepEqual(
    sources.flatMap((file) => {
      const source = read(file);
      const header = /^(?:#![^\n]*\n)?\/\*\*.*?\*\//s.exec(source)?.[0] ?? '';
      const isLine = source.startsWith('//')
        ? [`${file}: write the header as a block comment`]
        : [];
      return [...findings(file, header, [behind]), ...isLine];
    }),
    [],
  );
});

test('ids, titles and requirements of cases avoid the listed words', () => {
  assert.deepEqual(
    catalogue().flatMap(({ id, title, requirement }) =>
      [id, title, requirement].flatMap((text) => findings(id, text, [...instead, behind])),
    ),
    [],
  );
});

test('the words are found where they are', () => {
  assert.equal(findings('here', 'whoever has a timer of its own').length, 2);
  assert.equal(findings('here', 'close/ping-behind-a-close', [behind]).length, 1);
  assert.deepEqual(findings('here', 'a few MiB are left behind', [behind]), []);
});
