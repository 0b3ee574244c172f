/** A new word of the case format does not compile until all that has to handle it does. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const inRoot = (path: string) => join(root, path);

/** A change to one file of the format, and the files that must then fail to compile. */
const additions: Readonly<
  Record<string, { file: string; old: string; new: string; missing: readonly string[] }>
> = {
  'a kind of ending': {
    file: 'ending.ts',
    old: "  | { readonly kind: 'gone' }",
    new: "  | { readonly kind: 'gone' } | { readonly kind: 'addedEnding' }",
    missing: [
      'format/ending.ts',
      'judge/judge-ending.ts',
      'judge/program-view.ts',
      'judge/sentences.ts',
      'play/ending.ts',
    ],
  },
  'a step': {
    file: 'step.ts',
    old: "  | { readonly kind: 'reading'; readonly on: boolean };",
    new: "  | { readonly kind: 'reading'; readonly on: boolean } | { readonly kind: 'addedStep' };",
    missing: ['format/step.ts', 'play/exchange.ts'],
  },
  'an item': {
    file: 'step.ts',
    old: 'FrameItem | MessageItem | BytesItem;',
    new: "FrameItem | MessageItem | BytesItem | { readonly kind: 'addedItem' };",
    missing: ['format/step.ts', 'play/writer.ts'],
  },
  'a check': {
    file: 'check.ts',
    old: 'ResponseCheck | RequestCheck | FrameCheck;',
    new: "ResponseCheck | RequestCheck | FrameCheck | { readonly kind: 'addedCheck' };",
    missing: ['judge/check-rules.ts'],
  },
  'a need': {
    file: 'case.ts',
    old: "  | 'http2';",
    new: "  | 'http2' | 'addedNeed';",
    missing: ['format/needs.ts', 'run/client/agent.ts', 'run/server/probe/probe-server.ts'],
  },
  'a role': {
    file: 'role.ts',
    old: "'server' | 'client';",
    new: "'server' | 'client' | 'addedRole';",
    missing: ['format/role.ts', 'run/doubt.ts'],
  },
};

/** The compiler's errors after all additions, in a copy of the sources. */
function errorsOfAdditions(folder: string): readonly string[] {
  for (const name of ['conformance', 'browsers', 'processes', 'page-files']) {
    cpSync(inRoot(name), join(folder, name), {
      recursive: true,
      filter: (path) => !/\.(?:test\.ts|txt|json)$|\/(?:cases|cli|testing|reference)$/.test(path),
    });
  }
  for (const file of ['package.json', 'tsconfig.json']) cpSync(inRoot(file), join(folder, file));
  symlinkSync(inRoot('node_modules'), join(folder, 'node_modules'), 'junction');
  for (const { file, old, new: replacement } of Object.values(additions)) {
    const path = join(folder, 'conformance/format', file);
    const before = readFileSync(path, 'utf8');
    assert.ok(before.includes(old), `${file} has no ${old}`);
    writeFileSync(path, before.replace(old, replacement));
  }
  const files = [
    'play/player.ts',
    'judge/judge.ts',
    'run/server/run.ts',
    'run/client/case-host.ts',
  ];
  writeFileSync(
    join(folder, 'tsconfig.additions.json'),
    JSON.stringify({
      extends: './tsconfig.json',
      files: files.map((file) => `conformance/${file}`),
      include: [],
    }),
  );
  const tsc = inRoot('node_modules/typescript/bin/tsc');
  const { stdout } = spawnSync(
    process.execPath,
    [tsc, '-p', join(folder, 'tsconfig.additions.json'), '--pretty', 'false'],
    { cwd: folder, encoding: 'utf8' },
  );
  // What belongs to an error is indented below it.
  return stdout.split(/\n(?=\S)/);
}

test('a word added to the case format is missing wherever it has to be handled', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'vocabulary-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const errors = errorsOfAdditions(folder);
  for (const [what, { new: text, missing }] of Object.entries(additions)) {
    const added = /added\w+/.exec(text)![0];
    const files = errors.flatMap((error) => {
      const [, file] = /^conformance\/(\S+\.ts)\(/.exec(error) ?? [];
      const isMissing = / is missing/.test(error) && error.includes(added);
      return file !== undefined && isMissing ? [file] : [];
    });
    assert.deepEqual(
      [...new Set(files)].sort(),
      [...missing].sort(),
      `${what}:\n${errors.join('\n')}`,
    );
  }
});
