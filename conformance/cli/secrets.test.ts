/** Secrets given to reach a target appear in no file and in no line of output. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { type RunningPeer, startPeer } from '../reference/server.ts';
import { type BuiltCli, buildCli } from '../testing/built-cli.ts';

const secrets = {
  query: 'q7Zt9sLw2mXk',
  escaped: 'a b/c',
  header: 'Hd0x55aaEE',
  cookie: 'c00k1e-va1ue',
  password: 'open-sesame-5',
  option: 'opt10n-va1ue',
};
const login = Buffer.from(`me:${secrets.password}`).toString('base64');

let cli: BuiltCli;
let peer: RunningPeer;
let folder: string;

before(async () => {
  cli = await buildCli();
  peer = await startPeer({ pong: () => [Buffer.from('wrong payload')] });
  folder = await mkdtemp(join(tmpdir(), 'framewright-secrets-'));
});

after(async () => {
  await peer.close();
  await rm(folder, { recursive: true });
});

/** The text, and what is compressed in it. */
function unpacked(text: string): string {
  const packed = text.match(/[A-Za-z0-9+/]{16,}={0,2}/g) ?? [];
  const inside = packed.map((base64) => {
    const bytes = Buffer.from(base64, 'base64');
    if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes.toString('latin1');
    try {
      return unpacked(gunzipSync(bytes).toString('latin1'));
    } catch {
      return '';
    }
  });
  return [text, ...inside].join('\n');
}

async function checkFiles(): Promise<number> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const found = files.filter((file) => file.isFile());
  for (const file of found) {
    check(await readFile(join(file.parentPath, file.name), 'latin1'), file.name);
  }
  return found.length;
}

function check(text: string, what: string): void {
  const all = unpacked(text);
  const forms = [...Object.values(secrets), encodeURIComponent(secrets.escaped), login];
  for (const secret of [...forms, 'a+b/c', 'a%20b/c']) {
    assert.ok(!all.includes(secret), `${what} has ${secret}`);
  }
}

const reports = (name: string) =>
  [
    ...['json:r.json', 'html:r.html', 'junit:r.xml', 'github:r.txt', 'console:c.txt'],
    ...['autobahn:autobahn', 'badge:b.svg'],
  ].flatMap((reporter) => ['--reporter', reporter.replace(':', `:${join(folder, name)}-`)]);

test('a secret in the address, a header or the command appears nowhere', async () => {
  const { host } = peer.url;
  const url = `ws://${host}/v3?token=${secrets.query}&room=5&sig=a%20b/c`;
  const given = [
    ...['--header', `Authorization: Basic ${login}`, '--header', `X-Api-Key: ${secrets.header}`],
    ...['--header', `Cookie: sid=${secrets.cookie}; a=b`, '--timeout', '300'],
  ];
  const only = ['--only', 'ping/text,handshake/*,masking/unmasked-text-first'];
  const run = await cli.run('server', url, ...given, ...only, '--verbose', ...reports('server'));
  assert.equal(run.code, 1, run.err);
  check(run.out + run.err, 'output of server');
  const stored = join(folder, 'server-r.json');
  const [har, pcapng] = [join(folder, 'one.har'), join(folder, 'one.pcapng')];
  const shown = await cli.run(
    'report',
    stored,
    '--case',
    'ping/text',
    '--har',
    har,
    '--pcapng',
    pcapng,
  );
  check(shown.out + shown.err, 'output of report');
  assert.match(
    shown.out,
    /replay +npx framewright replay ping\/text 'ws:[^']*\?token=\*\*\*&room=5&sig=\*\*\*'/,
  );
  assert.match(shown.out, /redacted +put your own values where the command has \*\*\* or …/);
  const replayed = await cli.run(
    ...['replay', 'ping/text', url, ...given],
    ...['--har', join(folder, 'two.har'), '--pcapng', join(folder, 'two.pcapng')],
  );
  assert.match(replayed.out, /GET \/v3\?token=\*{12}&room=5/);
  check(replayed.out + replayed.err, 'output of replay');
  assert.ok((await checkFiles()) > 10);
  // Redaction changed no verdict.
  const rejudged = await cli.run('report', stored, '--rejudge');
  assert.equal(rejudged.out, shown.out);
});

test('a secret that a target sends back is redacted', async (t) => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket
      .on('error', () => {})
      .on('data', (bytes) => {
        const [, target] = /^GET (\S+)/.exec(bytes.toString('latin1')) ?? [];
        socket.end(
          `HTTP/1.1 302 Found\r\nLocation: /login${target}\r\nSet-Cookie: session=${secrets.cookie}\r\nContent-Length: 0\r\n\r\n`,
        );
      });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const url = `ws://127.0.0.1:${port}/?token=${secrets.query}`;
  const { code, out, err } = await cli.run('server', url, ...reports('moved'));
  assert.equal(code, 2);
  assert.match(err, /\?token=\*\*\* does not accept .*Location: \/login\/\?token=\*\*\*/);
  check(out + err, 'output of server');
  await checkFiles();
});

test('a command and its output are shown without its secrets', async () => {
  const script = 'console.log(process.argv.slice(1).join(" ")); process.exit(3)';
  const words = ['node', '-e', script, '--', '--password', secrets.option];
  const { code, out, err } = await cli.run(
    ...['server', `ws://127.0.0.1:0/?token=${secrets.query}`, '--', ...words],
  );
  assert.equal(code, 2);
  assert.match(err, /exited with code 3/);
  check(out + err, 'output of server');
  const client = await cli.run('client', '--port', '0', ...reports('client'), '--', ...words);
  assert.equal(client.code, 2);
  check(client.out + client.err, 'output of client');
  for (const args of [
    ['server', `http://127.0.0.1/?token=${secrets.query}`],
    ['server', `ws://me:${secrets.password}@127.0.0.1/`],
    ['server', 'ws://127.0.0.1/', '--header', `Authorization: ${secrets.header}\nx`],
  ]) {
    const refused = await cli.run(...args);
    assert.equal(refused.code, 2);
    check(refused.out + refused.err, args.join(' '));
  }
});
