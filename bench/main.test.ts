import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one of this folder's commands to its end. */
async function run(file: string, ...args: string[]): Promise<Finished> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', path, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

// The other peers are installed only by npm run bench; these two need nothing.
const here = ['--peers', 'net floor,framewright', '--quick', '--rounds', '1'];

test('measures our server beside the floor and writes machine-readable figures', async () => {
  const { code, stdout, stderr } = await run(
    './main.ts',
    ...[...here, '--only', '125b-c50-d16,handshake', '--json', '-'],
  );
  assert.equal(code, 0, stderr);
  const { figures, machine, rounds } = JSON.parse(stdout);
  assert.equal(rounds, 1);
  assert.equal(machine.node, process.version);
  assert.deepEqual(
    figures.map(({ workload, peer }: Record<string, string>) => `${workload} ${peer}`),
    [
      'binary-125b-c50-d16 net floor',
      'binary-125b-c50-d16 framewright',
      'handshake net floor',
      'handshake framewright',
    ],
  );
  for (const figure of figures) {
    assert.ok(figure.median > 0, JSON.stringify(figure));
    assert.ok(figure.loadShare > 0 && figure.loadShare < 1);
  }
  // 50 connections with 32 messages each, every reply compared.
  assert.equal(figures[1].verified, 1600);
});

for (const [args, expected] of [
  [['--only', 'binray'], /^error: --only binray matches nothing; there are: binary-16b-c50-d1,/],
  [['--peers', 'uws'], /^error: --peers uws matches nothing; there are: net floor, ws,/],
  [['--rounds', '0'], /argument '0' is invalid. Give a whole number from 1.$/m],
  [['--fast'], /^error: unknown option '--fast'/],
] as const) {
  test(`${args.join(' ')} is refused with the reason`, async () => {
    const { code, stderr } = await run('./main.ts', ...args);
    assert.equal(code, 2);
    assert.match(stderr, expected);
  });
}

test('a small soak of our server leaves nothing behind', async () => {
  const { code, stdout } = await run('./soak.ts', '--connections', '200', '--seconds', '2');
  assert.equal(code, 0, stdout);
  assert.match(stdout, /^handles left open: none$/m);
});
