import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { MissingPackages } from './optional-packages.ts';

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
  peerDependenciesMeta: Record<string, { optional?: boolean }>;
};
const names = ['playwright', 'selenium-webdriver', 'selfsigned'] as const;

test('each optional package is an optional peer dependency that a checkout installs', () => {
  const all = Object.keys(manifest.peerDependencies).toSorted();
  // What framewright/playwright extends; nothing here loads it.
  assert.deepEqual(all, ['@playwright/test', ...names]);
  for (const name of all) {
    assert.deepEqual(manifest.peerDependenciesMeta[name], { optional: true });
    assert.ok(name in manifest.devDependencies, name);
    assert.ok(!(name in manifest.dependencies), name);
  }
});

test('the error names the missing packages, and the versions that are tested', () => {
  const { message } = new MissingPackages(names);
  const [, wanted] = /^Install them next to framewright: npm install --save-dev (.*)$/m.exec(
    message,
  )!;
  for (const [index, word] of wanted!.split(' ').entries()) {
    const [name, version] = word.split('@');
    assert.equal(name, names[index]);
    assert.match(manifest.devDependencies[name!]!, new RegExp(`^\\^?${version}\\b`));
    assert.match(message, new RegExp(`${name} \\([^)]+\\)`));
  }
});
