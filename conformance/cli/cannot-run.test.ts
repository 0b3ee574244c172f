/** A command that cannot run ends with a sentence and exit code 2, never with a stack trace. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { before, test } from 'node:test';
import { type BuiltCli, buildCli } from '../testing/built-cli.ts';
import { startFramewrightServerOverTls } from '../testing/framewright-server.ts';
import { listening } from '../testing/listening.ts';

const few = ['--only', 'fragmentation/ping-of-*'];

let cli: BuiltCli;
const run: BuiltCli['run'] = (...args) => cli.run(...args);

before(async () => {
  cli = await buildCli();
});

const wrong: readonly [args: readonly string[], message: RegExp][] = [
  [['server'], /missing required argument 'url'/],
  [['server', 'ws://a/', '--bogus'], /unknown option '--bogus'/],
  [['sever', 'ws://a/'], /unknown command 'sever'[\s\S]*Did you mean server\?/],
  [['server', 'localhost:9001'], /did you mean ws:\/\/localhost:9001 \?/],
  [['server', 'ws://a/', '--only', 'utf8/no-such'], /no case matches "utf8\/no-such"/],
  [['server', 'ws://a/', '--only', 'fragmentaton'], /Did you mean fragmentation\?/],
  [['server', 'ws://a/', '--concurrency', '0'], /has to be a whole number from 1 to 1000/],
  [
    ['server', 'ws://a/', '--timeout', '2147483648'],
    /--timeout <ms>.*a whole number of milliseconds, from 1 to 86400000: a day/,
  ],
  [['client', '--timeout', '9999999999'], /from 1 to 86400000: a day/],
  [['server', 'ws://a/', '--header', 'nonsense'], /must look like 'Name: value'/],
  [
    ['server', 'ws://a/', '--header', 'upgrade: h2c'],
    /upgrade belongs to the handshake, which the cases are about: it cannot be set\./,
  ],
  [
    ['replay', 'ping/text', 'ws://a/', '--header', 'Content-Length: 3'],
    /Content-Length announces a body, and a handshake has none/,
  ],
  [
    ['server', 'ws://a/', '--header', 'Host: b', '--header', 'host: c'],
    /host is given twice, and a request has one: leave one out\./,
  ],
  [['server', 'ws://a/', '--fail-on', 'may'], /Allowed choices are must, should/],
  [
    ['server', 'ws://a/', '--reporter', 'junti'],
    /no reporter is called "junti": did you mean junit\?/,
  ],
  [['server', 'ws://a/', '--reporter', 'JUnit'], /did you mean junit\?/],
  [['server', 'ws://a/', '--out', ''], /option '--out <file>' has an empty value/],
  [['server', 'ws://a/', '--out', '/dev/null/x.json'], /cannot write \/dev\/null\/x\.json: /],
  [['browsers', '--write-baseline', '/dev/null/x'], /cannot write a baseline in \/dev\/null\/x: /],
  [
    ['server', 'ws://a/', '--known-failing', 'no-such.txt'],
    /cannot read the known-failing list: ENOENT/,
  ],
  [['server', 'ws://127.0.0.1:0/'], /port 0 \(any free port\) needs a command/],
  [
    ['server', 'ws://203.0.113.7:0/', '--', 'node'],
    /a command cannot listen on 203\.0\.113\.7: .*EADDRNOTAVAIL.*; try ws:\/\/127\.0\.0\.1:0\//,
  ],
  [['server', 'ws://127.0.0.1:0/', '--', ''], /the command is empty: -- <command> names a program/],
  [['client', '--port', '0', '--', ''], /the command is empty/],
  [
    ['client', '--host', '203.0.113.7', '--port', '0'],
    /203\.0\.113\.7 is not an address of this machine: /,
  ],
  [['replay', 'utf8/no-such', 'ws://a/'], /no case matches "utf8\/no-such"/],
  [['report', 'no-such.json'], /cannot read no-such\.json: ENOENT/],
];

for (const [args, message] of wrong) {
  test(`framewright ${args.join(' ')}: reported with a sentence and exit code 2`, async () => {
    const { code, out, err } = await run(...args);
    assert.deepEqual([code, out], [2, '']);
    assert.match(err, message);
    assert.doesNotMatch(err, /\n +at /);
  });
}

test('a port without a listener: the error suggests to start the server', async () => {
  let dead = '';
  await listening(createServer(), async (address) => {
    dead = address;
  });
  const { code, err } = await run('server', `ws://${dead}/`);
  assert.equal(code, 2);
  assert.match(
    err,
    /ECONNREFUSED.*Nothing is listening there: start the server, or let Framewright start it/,
  );
});

test('an HTTP server that is not a WebSocket server: the error quotes its answer', async () => {
  const server = createHttpServer((_, response) => response.writeHead(404).end());
  await listening(server, async (address) => {
    const { code, err } = await run('server', `ws://${address}/`);
    assert.equal(code, 2);
    assert.match(
      err,
      /does not accept a WebSocket handshake: HTTP\/1\.1 404 Not Found\. Check the port/,
    );
    const secure = await run('server', `wss://${address}/`);
    assert.equal(secure.code, 2);
    assert.match(secure.err, /answers, but not with TLS: perhaps its address begins with ws:\/\//);
  });
});

const refusals: readonly [answer: string, message: RegExp][] = [
  [
    'HTTP/1.1 401 No\r\n\r\n',
    /: HTTP\/1\.1 401 No\. It requires a login: --basic user:password, --cookie or --header/,
  ],
  [
    'HTTP/1.1 403 No\r\n\r\n',
    /\. It may require a login \(--basic, --cookie\) or an Origin \(--origin https/,
  ],
  ['HTTP/1.1 503 No\r\n\r\n', /\. It is unavailable: try again later\.\n$/],
  [
    'HTTP/1.1 302 Found\r\nLocation: wss://a/b\r\n\r\n',
    /302 Found, Location: wss:\/\/a\/b\. Redirects are not followed: use the new address\.\n$/,
  ],
  ['SSH-2.0-x\r\n', /: it sent "SSH-2\.0-x\\r\\n", which is not HTTP\. Check the port/],
  [
    '',
    /: no response to the handshake\. .* If it speaks TLS, its address begins with wss:\/\/\.\n$/,
  ],
];
for (const [answer, message] of refusals) {
  test(`a server that answers ${JSON.stringify(answer)}: the error suggests what to do next`, async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(answer));
    });
    await listening(server, async (address) => {
      const { code, err } = await run('server', `ws://${address}/`, '--timeout', '2000');
      assert.equal(code, 2);
      assert.match(err, message);
    });
  });
}

test('a server that accepts connections and sends nothing: the error names the timeout', async () => {
  await listening(createServer(), async (address) => {
    const { code, err } = await run('server', `ws://${address}/`, '--timeout', '100');
    assert.equal(code, 2);
    assert.match(err, /no response to the handshake in 100 ms\. .*--timeout waits longer\.\n$/);
  });
});

for (const words of [['server'], ['replay', 'ping/text']]) {
  test(`Ctrl-C ends ${words[0]} while it waits for a silent server`, {
    timeout: 20_000,
  }, async () => {
    await listening(createServer(), async (address, mute) => {
      const { child, ended } = cli.start([...words, `ws://${address}/`, '--timeout', '60000']);
      await once(mute, 'connection');
      child.kill('SIGINT');
      const { code, err } = await ended;
      assert.deepEqual([code, err], [2, 'framewright: interrupted: no case has been judged\n']);
    });
  });
}

test('a TLS server: its certificate is trusted only on request', async () => {
  const secure = await startFramewrightServerOverTls();
  const address = secure.url.href;
  const [wary, insecure, plain] = await Promise.all([
    run('server', address, ...few),
    // Includes a case that writes in segments.
    run('server', address, '--insecure', '--only', 'fragmentation/*-byte-by-byte', ...few),
    run('server', address.replace('wss:', 'ws:'), ...few, '--timeout', '1000'),
  ]);
  await secure.close();
  assert.equal(wary.code, 2);
  assert.match(wary.err, /certificate.*--insecure accepts any certificate/);
  assert.deepEqual([insecure.code, plain.code], [0, 2], insecure.out + plain.err);
  assert.match(plain.err, /If it speaks TLS, its address begins with wss:\/\/\.\n$/);
});
