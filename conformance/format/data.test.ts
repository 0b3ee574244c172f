import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { type DataFile, dataFileSizes, excerptOf } from './data.ts';

/** Compressed size in hundredths of the whole: text shrinks a lot, pictures and archives little. */
const shrinksTo: Readonly<Record<DataFile, readonly [least: number, most: number]>> = {
  json: [5, 40],
  html: [5, 45],
  prose: [10, 60],
  bitmap: [60, 95],
  archive: [60, 95],
};

for (const [file, size] of Object.entries(dataFileSizes) as [DataFile, number][]) {
  test(`${file} has the stated size and compresses like its kind`, () => {
    const whole = excerptOf(file, 0, size);
    assert.equal(whole.length, size);
    const percent = (deflateRawSync(whole).length / size) * 100;
    assert.ok(percent >= shrinksTo[file][0] && percent <= shrinksTo[file][1], `${percent} %`);
  });
}

test('excerpts of text are whole characters, also where they wrap around', () => {
  for (const file of ['json', 'html', 'prose'] as const) {
    for (let start = 0; start < 400_000; start += 9973) {
      const excerpt = excerptOf(file, start, 1024);
      assert.ok(isUtf8(excerpt));
      assert.ok(Math.abs(excerpt.length - 1024) <= 3);
    }
  }
});

test('an excerpt may be longer than its file', () => {
  assert.equal(excerptOf('bitmap', 100, 600_000).length, 600_000);
});
