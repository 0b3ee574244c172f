/** Every export of the package is documented, and so are all types that it mentions. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { surfaceProblems } from '../.ci/api-surface.ts';
import { builtPackage } from '../.ci/built-package.ts';
import { manifest } from './testing/installed-package.ts';

test('the public API is documented, and mentions only types that can be imported', async () => {
  const entryPoints = Object.values(manifest.exports).flatMap((entry) =>
    typeof entry === 'string' ? [] : [entry.types],
  );
  assert.deepEqual(surfaceProblems(await builtPackage(), entryPoints), []);
});

test('an undocumented export, a hidden type and a broken link are each reported', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'surface-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'dist'));
  const write = (name: string, ...lines: string[]) =>
    writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
  write('package.json', '{ "name": "sample", "version": "1.0.0" }');
  write('dist/one.d.ts', "export { bare, linked, shown } from './code.ts';");
  write('dist/two.d.ts', "export type { Elsewhere } from './code.ts';");
  write(
    'dist/code.d.ts',
    'type Hidden = number;',
    '/** In the other entry point. */',
    'export type Elsewhere = string;',
    'export declare const bare: number;',
    '/** See {@link nowhere}. */',
    'export declare const linked: number;',
    '/** Mentions a type. */',
    'export declare const shown: Hidden | Elsewhere;',
  );
  assert.deepEqual(
    surfaceProblems(folder, ['dist/one.d.ts', 'dist/two.d.ts']).map((problem) =>
      problem.replace(/: .*\(/, ': ('),
    ),
    [
      'dist/code.d.ts:4: (ae-undocumented)',
      'dist/code.d.ts:6: (ae-unresolved-link)',
      'dist/code.d.ts:8: (ae-forgotten-export)',
    ],
  );
});
