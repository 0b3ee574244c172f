import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

/** The dev command in a separate process, and everything it prints. */
class DevCommand {
  readonly process: ChildProcess;
  stdout = '';
  stderr = '';

  constructor(...flags: string[]) {
    this.process = spawn(process.execPath, ['--import', 'tsx', main, ...flags], {
      env: { ...process.env, NO_COLOR: '1' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.process.stdout?.setEncoding('utf8').on('data', (text) => {
      this.stdout += text;
    });
    this.process.stderr?.setEncoding('utf8').on('data', (text) => {
      this.stderr += text;
    });
  }

  /** The first match in what has been or will be printed. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.stdout);
      if (match) return match;
      if (this.process.exitCode !== null) assert.fail(`ended without ${pattern}: ${this.stderr}`);
      await Promise.race([
        once(this.process.stdout ?? process.stdin, 'data'),
        once(this.process, 'exit'),
      ]);
    }
  }

  async exitCode(): Promise<number | null> {
    if (this.process.exitCode === null) await once(this.process, 'close');
    return this.process.exitCode;
  }
}

/** A client that sends bytes as they are and collects what comes back. */
class RawClient {
  readonly socket: Socket;
  received = Buffer.alloc(0);

  constructor(port: number, request: string) {
    this.socket = connect(port, '127.0.0.1', () => this.socket.write(request, 'latin1'));
    this.socket.on('error', () => {});
    this.socket.on('data', (bytes) => {
      this.received = Buffer.concat([this.received, bytes]);
    });
  }

  async has(bytes: string | Buffer): Promise<void> {
    while (!this.received.includes(bytes)) await once(this.socket, 'data');
  }
}

const upgrade = [
  'GET / HTTP/1.1',
  'Host: localhost',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: BcVbtgbkG+YnCD9NRv23qA==',
  'X-Note: caf\xe9',
  '\r\n',
].join('\r\n');

// Masked with a key of zeros, so that the payload appears unchanged.
const abc = Buffer.from([0x81, 0x83, 0, 0, 0, 0, 0x61, 0x62, 0x63]);
const goingAway = Buffer.from([0x88, 0x02, 0x03, 0xe9]);

async function startDev(t: { after(fn: () => void): void }) {
  const dev = new DevCommand('--http-port', '0', '--ws-port', '0');
  t.after(() => dev.process.kill('SIGKILL'));
  const [, httpPort, wsPort] = await dev.printed(/:(\d+)\/\n.*?ws:\/\/localhost:(\d+)\/ /s);
  return { dev, httpPort: Number(httpPort), wsPort: Number(wsPort) };
}

test('both servers start, print what happens, and close connections with 1001 on Ctrl-C', async (t) => {
  const { dev, httpPort, wsPort } = await startDev(t);
  const config = await fetch(`http://127.0.0.1:${httpPort}/config.json`);
  assert.deepEqual(await config.json(), { webSocketPort: wsPort });

  const client = new RawClient(wsPort, upgrade);
  await client.has('\r\n\r\n');
  client.socket.write(abc);
  await client.has(Buffer.from([0x81, 0x03, 0x64, 0x65, 0x66]));
  dev.process.kill('SIGINT');
  await client.has(goingAway);
  client.socket.end(Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe9]));

  assert.equal(await dev.exitCode(), 0);
  assert.equal(dev.stderr, '');
  const log = dev.stdout.slice(dev.stdout.indexOf('#1'));
  assert.deepEqual(log.split('\n'), [
    '#1 connected from 127.0.0.1',
    '#1 handshake',
    '   | GET / HTTP/1.1',
    '   | Host: localhost',
    '   | Upgrade: websocket',
    '   | Connection: Upgrade',
    '   | Sec-WebSocket-Version: 13',
    '   | Sec-WebSocket-Key: BcVbtgbkG+YnCD9NRv23qA==',
    '   | X-Note: café',
    '   body    0 bytes',
    '   accept  RVP0IJR2K6QBsWRTqoIruP3KBdk=',
    '   answer  HTTP/1.1 101 Switching Protocols',
    '#1 received text, 3 bytes: "abc"',
    '#1 sent text, 3 bytes',
    'Closing 1 connection with 1001 …',
    '#1 closed with 1001',
    '',
  ]);
});

test('a second Ctrl-C ends the process at once, even with open connections', async (t) => {
  const { dev, wsPort } = await startDev(t);
  const client = new RawClient(wsPort, upgrade);
  await client.has('\r\n\r\n');
  dev.process.kill('SIGTERM');
  await client.has(goingAway);
  dev.process.kill('SIGINT');
  assert.equal(await dev.exitCode(), 130);
});

test('control characters from the network do not reach the terminal', async (t) => {
  const { dev, wsPort } = await startDev(t);
  const refused = new RawClient(wsPort, 'GET /\x1b[2J HTTP/1.1\r\nHost: \x1b]0;title\x07\r\n\r\n');
  await once(refused.socket, 'close');
  const client = new RawClient(wsPort, upgrade.replace('caf\xe9', `\x9b31m${'x'.repeat(5000)}`));
  await client.has('\r\n\r\n');
  client.socket.write(
    Buffer.concat([Buffer.from([0x81, 0x84, 0, 0, 0, 0]), Buffer.from('\x1b[2J')]),
  );
  client.socket.write(
    Buffer.concat([Buffer.from([0x88, 0x85, 0, 0, 0, 0, 0x0f, 0xa0]), Buffer.from('\x1b[m')]),
  );
  await dev.printed(/#2 closed with .*\n/);

  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the point
  assert.doesNotMatch(dev.stdout, /[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
  assert.match(dev.stdout, /\| GET \/\\x1b\[2J HTTP\/1\.1\n/);
  assert.match(dev.stdout, /#2 received text, 4 bytes: "\\x1b\[2J"\n/);
  assert.match(dev.stdout, /#2 closed with 4000 "\\x1b\[m"\n/);
  assert.ok(dev.stdout.split('\n').every((line) => line.length < 500));
});

test('a busy port exits with 1 and prints its holder and what to do next', async (t) => {
  const holder = createServer().listen(0, '127.0.0.1');
  t.after(() => holder.close());
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  for (const [busy, other] of [
    ['--ws-port', '--http-port'],
    ['--http-port', '--ws-port'],
  ] as const) {
    const dev = new DevCommand(busy, String(port), other, '0');
    assert.equal(await dev.exitCode(), 1);
    assert.match(dev.stderr, new RegExp(`^Port ${port} on 127.0.0.1 is already in use.*\n`));
    assert.match(dev.stderr, new RegExp(`Choose another port with ${busy} \\d+ or`));
  }
});

test('invalid flags and environment variables exit with 2', async () => {
  const wrong = [
    ['--bad'],
    ['--ws-port', '65536'],
    ['--http-port', 'x'],
    ['--http-port', '4000', '--ws-port', '4000'],
    ['--host', ''],
    ['more'],
  ];
  const commands = wrong.map((flags) => new DevCommand(...flags));
  const codes = await Promise.all(commands.map((command) => command.exitCode()));
  assert.deepEqual(
    codes,
    wrong.map(() => 2),
  );
  for (const { stderr } of commands)
    assert.match(stderr, /^error: .*\n\(--help lists the flags\)\n$/);
});

test('the process ends with its standard input only when the flag asks for it', async () => {
  const free = ['--http-port', '0', '--ws-port', '0'];
  const leashed = new DevCommand(...free, '--until-stdin-ends');
  const other = new DevCommand(...free);
  for (const command of [leashed, other]) {
    await command.printed(/Ctrl-C/);
    command.process.stdin?.end();
  }
  assert.equal(await leashed.exitCode(), 0);
  assert.equal(other.process.exitCode, null);
  other.process.kill('SIGTERM');
  assert.equal(await other.exitCode(), 0);
});
