/** The import boundaries of biome.json fail where they are crossed, and nowhere else. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** What the files would import, and whether they may. */
const boundaries: Readonly<Record<string, { readonly may: string[]; readonly mayNot: string[] }>> =
  {
    'server/node/some.ts': {
      may: ['../protocol/frame.ts', '../../page-files/serve.ts', 'node:net'],
      mayNot: ['../../conformance/wire/wire.ts', '../../inspector/session.ts', 'framewright'],
    },
    'server/protocol/some.ts': {
      may: ['./frame.ts', 'node:zlib'],
      mayNot: ['../node/server.ts', '../../browsers/launch.ts', 'node:net', 'ws'],
    },
    'conformance/judge/some.ts': {
      may: ['../format/case.ts', '../wire/wire.ts', 'node:buffer'],
      mayNot: [
        '../../server/protocol/frame.ts',
        '../testing/framewright-server.ts',
        '../play/peer.ts',
      ],
    },
    'conformance/report/some.ts': {
      may: ['../wire/wire.ts', '../judge/judge.ts'],
      mayNot: [
        '../../server/protocol/frame.ts',
        '../../inspector/session.ts',
        '../testing/framewright-server.ts',
        '../reference/server.ts',
      ],
    },
    'conformance/wire/some.ts': {
      may: ['./frame.ts', 'node:net'],
      mayNot: ['../format/case.ts', '../judge/judge.ts', '../../server/protocol/frame.ts'],
    },
    'conformance/judge/some.test.ts': {
      may: ['../testing/framewright-server.ts', '../reference/server.ts'],
      mayNot: ['../../server/protocol/frame.ts'],
    },
    'conformance/reference/some.ts': {
      may: ['./server.ts'],
      mayNot: ['../../server/node/server.ts'],
    },
    'conformance/testing/framewright-server.ts': {
      may: ['../../server/node/server.ts'],
      mayNot: [],
    },
    'processes/some.ts': {
      may: ['./processScope.ts', 'node:child_process'],
      mayNot: ['../conformance/format/case.ts', '../browsers/launch.ts', '../server/main.ts'],
    },
    'browsers/some.ts': {
      may: ['./launch.ts', '../processes/process-scope.ts'],
      mayNot: [
        '../conformance/format/case.ts',
        '../inspector/session.ts',
        '../page-files/serve.ts',
        '../server/main.ts',
      ],
    },
    'inspector/some.ts': {
      may: ['../conformance/transport/tap.ts'],
      mayNot: ['../server/node/server.ts', '../browsers/launch.ts'],
    },
    'page-files/some.ts': {
      may: ['./translate.ts', 'sirv'],
      mayNot: ['../server/page-server.ts', '../conformance/report/html.ts', '../page/elements.js'],
    },
    'page/inspector/some.ts': {
      may: ['../elements.js', './fields.js', '../../inspector/session-events.ts'],
      mayNot: [
        '../../conformance/wire/wire.ts',
        '../../conformance/wire/wire.js',
        '../../inspector/session.ts',
        'sirv',
      ],
    },
  };

test('what may not be imported is not, and what may be is', (t) => {
  const house = mkdtempSync(join(tmpdir(), 'boundaries-'));
  t.after(() => rmSync(house, { recursive: true }));
  copyFileSync(at('biome.json'), join(house, 'biome.json'));
  for (const [file, { may, mayNot }] of Object.entries(boundaries)) {
    mkdirSync(join(house, dirname(file)), { recursive: true });
    const lines = [...may, ...mayNot].map((imported) => `export { it } from '${imported}';\n`);
    writeFileSync(join(house, file), lines.join(''));
  }
  const refused = refusedIn(house);
  for (const [file, { may, mayNot }] of Object.entries(boundaries)) {
    const all = [...may, ...mayNot];
    assert.deepEqual(
      all.filter((_, index) => refused.has(`${file}:${index + 1}`)),
      mayNot,
      file,
    );
  }
});

/** @returns `server/node/some.ts:3` for an import in line 3 */
function refusedIn(house: string): ReadonlySet<string> {
  const rule = ['--only=style/noRestrictedImports', '--vcs-enabled=false'];
  const { stdout } = spawnSync(
    process.execPath,
    [
      at('node_modules/@biomejs/biome/bin/biome'),
      ...['lint', ...rule, '--reporter=json', '--max-diagnostics=200', '.'],
    ],
    { cwd: house, encoding: 'utf8' },
  );
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: { location: { path: string; start: { line: number } } }[];
  };
  return new Set(diagnostics.map(({ location: { path, start } }) => `${path}:${start.line}`));
}
