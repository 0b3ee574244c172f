/** The file of a case can be guessed from its id: the part before the slash names it. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { casesAbout } from '../format/adapt-case.ts';
import type { Case, Volume } from '../format/case.ts';
import { matchesPattern } from '../format/id-pattern.ts';
import { topicsAboutClosing } from '../judge/shared-ending.ts';
import { catalogue } from './catalogue.ts';

type Part = readonly Case[] | ((volume: Volume) => readonly Case[]);

const folder = new URL('cases/', import.meta.url);
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.replaceAll('\\', '/'));

/** `handshake/key.ts` and `handshake.ts` hold the topic `handshake`. */
const topicOf = (file: string) => file.split(/[/.]/)[0];

const idsIn = async (file: string): Promise<string[]> => {
  const parts: Part[] = Object.values(await import(new URL(file, folder).href));
  return parts
    .flatMap((part) => (typeof part === 'function' ? part('default') : part))
    .map(({ id }) => id);
};

test('every case is in the file or the folder of its topic', async () => {
  const found: string[] = [];
  for (const file of files) {
    const ids = await idsIn(file);
    assert.notEqual(ids.length, 0, `${file} has no case`);
    for (const id of ids) assert.equal(id.split('/')[0], topicOf(file), `${id} in ${file}`);
    found.push(...ids);
  }
  assert.deepEqual(
    found.toSorted(),
    catalogue()
      .map(({ id }) => id)
      .toSorted(),
  );
});

test('a topic is a file or a folder, not both', () => {
  const alone = files.filter((file) => !file.includes('/')).map(topicOf);
  const shared = files.filter((file) => file.includes('/')).map(topicOf);
  assert.deepEqual(
    alone.filter((topic) => shared.includes(topic)),
    [],
  );
});

test('every case states its document and section', () => {
  for (const { id, document, section } of catalogue()) assert.ok(document && section, id);
});

test('each pattern by which cases are adapted or judged together matches a case', () => {
  const patterns = [...Object.values(casesAbout).flat(), ...topicsAboutClosing];
  const ids = catalogue().map(({ id }) => id);
  assert.deepEqual(
    patterns.filter((pattern) => !ids.some((id) => matchesPattern(pattern, id))),
    [],
  );
});
