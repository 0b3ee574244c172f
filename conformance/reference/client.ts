/**
 * An echo client that follows a given behaviour: opens one connection, echoes or does what a script
 * says, and reports what its program would have seen.
 */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { acceptFor, writeHead } from '../format/handshake.ts';
import { bytesOf } from '../format/payload.ts';
import type { ScriptAction } from '../format/program.ts';
import { type HttpHead, headerList, headerValues } from '../wire/http-head.ts';
import { type Extension, readDeflateParameters, readExtensions } from '../wire/negotiation.ts';
import type { ScriptEvent } from '../wire/timeline.ts';
import { type Behaviour, closeBody, correct, type FaultyPeer, without } from './behaviour.ts';
import { EchoConnection } from './connection.ts';
import { outletTo, readHeadFirst } from './socket.ts';

/** What a client knows when it looks at a response. */
interface Asked {
  readonly key: string;
  readonly subprotocols: readonly string[];
  /** Whether it lets the server limit its window. */
  readonly windowLimit: boolean;
}
/** Whether the response breaks the rule. */
type ResponseRule = (response: HttpHead, asked: Asked) => boolean;

export interface ClientBehaviour extends Behaviour {
  readonly newKey: () => string;
  /** The lines of the request. */
  readonly ask: (target: string, host: string, asked: Asked) => readonly string[];
  readonly response: Readonly<Record<string, ResponseRule>>;
  /** The events that its program gets in place of one event. */
  readonly tell: (event: ScriptEvent) => readonly ScriptEvent[];
}

/** A client that is wrong in one way, and the cases that have to find it out. */
export interface FaultyClient extends Pick<FaultyPeer, 'breaks' | 'rule'> {
  readonly name: string;
  readonly behaviour: Partial<ClientBehaviour>;
  /** Globs of case ids. */
  readonly fails: readonly string[];
}

const offer = ({ windowLimit }: Asked) =>
  windowLimit ? 'permessage-deflate; client_max_window_bits' : 'permessage-deflate';
const sole = (response: HttpHead, name: string) => {
  const values = headerValues(response, name);
  return values.length === 1 ? values[0] : undefined;
};
const lists = (response: HttpHead, name: string, token: string) =>
  headerList(response, name).some((member) => member.toLowerCase() === token);

export const correctClient: ClientBehaviour = {
  ...correct,
  newKey: () => randomBytes(16).toString('base64'),
  ask: (target, host, asked) => [
    `GET ${target} HTTP/1.1`,
    `Host: ${host}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${asked.key}`,
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Extensions: ${offer(asked)}`,
    ...(asked.subprotocols.length > 0
      ? [`Sec-WebSocket-Protocol: ${asked.subprotocols.join(', ')}`]
      : []),
  ],
  response: {
    version: ({ startLine }) => startLine.version !== 'HTTP/1.1',
    status: ({ startLine }) => startLine.kind !== 'response' || startLine.status !== 101,
    upgrade: (response) => sole(response, 'Upgrade')?.toLowerCase() !== 'websocket',
    connection: (response) => !lists(response, 'Connection', 'upgrade'),
    accept: (response, { key }) => sole(response, 'Sec-WebSocket-Accept') !== acceptFor(key),
    subprotocol: (response, { subprotocols }) => {
      const answers = headerValues(response, 'Sec-WebSocket-Protocol');
      if (answers.length === 0) return subprotocols.length > 0;
      return answers.length > 1 || !subprotocols.includes(answers[0]!);
    },
    extensions: (response) =>
      headerValues(response, 'Sec-WebSocket-Extensions').some((value) => /;\s*$/.test(value)) ||
      readExtensions(response).some(({ name }) => name !== 'permessage-deflate'),
    deflate: (response, { windowLimit }) => !isGoodAnswer(readExtensions(response), windowLimit),
  },
  tell: (event) => [event],
};

/** RFC 7692 §7.1: to an offer of permessage-deflate, with or without client_max_window_bits. */
function isGoodAnswer(answers: readonly Extension[], windowLimit: boolean): boolean {
  if (answers.length > 1) return false;
  const parameters = answers[0]?.parameters ?? [];
  if (new Set(parameters.map(([name]) => name)).size < parameters.length) return false;
  if (!windowLimit && parameters.some(([name]) => name === 'client_max_window_bits')) return false;
  return parameters.every(([name, value]) =>
    /^(server|client)_no_context_takeover$/.test(name)
      ? value === undefined
      : /^(server|client)_max_window_bits$/.test(name) && /^([89]|1[0-5])$/.test(value ?? ''),
  );
}

export interface Visit {
  readonly subprotocols?: readonly string[];
  /** Default true. */
  readonly windowLimit?: boolean;
  /** Echoes where absent. */
  readonly script?: readonly ScriptAction[];
}

/** @returns the events that the program got, once TCP has ended */
export async function visit(
  url: URL,
  differences: Partial<ClientBehaviour>,
  { subprotocols = [], windowLimit = true, script }: Visit = {},
): Promise<readonly ScriptEvent[]> {
  const behaviour = { ...correctClient, ...differences };
  const asked = { key: behaviour.newKey(), subprotocols, windowLimit };
  const socket = connect({ host: url.hostname, port: Number(url.port), allowHalfOpen: true });
  // What the other side does to a connection is its affair; the case has it on record.
  socket.on('error', () => socket.destroy());
  socket.on('end', () => socket.end());
  const program = new Program(behaviour, script);
  const over = new Promise((resolve) => socket.once('close', resolve));
  const lines = behaviour.ask(`${url.pathname}${url.search}`, url.host, asked);
  socket.write(writeHead({ lines }, {}));
  readHeadFirst(socket, 'response', behaviour, (response) => {
    if (Object.values(behaviour.response).some((rule) => rule(response, asked))) {
      socket.destroy();
      return undefined;
    }
    const connection = open(socket, behaviour, response, program);
    program.open(connection, headerValues(response, 'Sec-WebSocket-Protocol')[0] ?? '');
    return connection;
  });
  void program.run(() => socket.destroy());
  await over;
  program.end();
  return program.told;
}

function open(
  socket: Socket,
  behaviour: ClientBehaviour,
  response: HttpHead,
  program: Program,
): EchoConnection {
  const deflate = readExtensions(response).find(({ name }) => name === 'permessage-deflate');
  const outlet = { ...outletTo(socket), deliver: program.deliver };
  const echo = program.isDriven ? { echo: () => [] } : {};
  const agreement = deflate && readDeflateParameters(deflate);
  return new EchoConnection('client', { ...behaviour, ...echo }, outlet, agreement);
}

/** The program that uses the client: does what its script says, and gets its events. */
class Program {
  readonly told: ScriptEvent[] = [];
  readonly isDriven: boolean;
  readonly #behaviour: ClientBehaviour;
  readonly #script: readonly ScriptAction[];
  readonly #looks = new Set<() => void>();
  #connection: EchoConnection | undefined;

  constructor(behaviour: ClientBehaviour, script: readonly ScriptAction[] | undefined) {
    this.#behaviour = behaviour;
    this.#script = script ?? [];
    this.isDriven = script !== undefined;
  }

  readonly deliver = ({ type, data }: { type: 'text' | 'binary'; data: Uint8Array }) =>
    this.#tell({ type: 'message', binary: type === 'binary', length: data.length, data });

  open(connection: EchoConnection, protocol: string): void {
    this.#connection = connection;
    this.#tell({ type: 'open', protocol, extensions: '' });
  }

  /** @param giveUp called where it closes before it is open */
  async run(giveUp: () => void): Promise<void> {
    for (const action of this.#script) {
      // What it has written is on the wire, and reading does not wait.
      if (action.do === 'await-request' || action.do === 'block') continue;
      if (action.do === 'await') await this.#next(action.event);
      else if (action.do === 'send') {
        const type = action.type === 'text' ? 'text' : 'binary';
        this.#connection?.send({ type, data: bytesOf(action.payload), compressed: false });
      } else if (this.#connection) {
        const { code, reason } = action;
        this.#connection.close(code === undefined ? new Uint8Array(0) : closeBody(code, reason));
      } else {
        await nextTurn();
        giveUp();
      }
    }
  }

  /** TCP is over. */
  end(): void {
    const body = this.#connection?.closeReceived;
    if (!body) {
      this.#tell({ type: 'error' });
      this.#tell({ type: 'close', code: 1006, reason: '', wasClean: false });
      return;
    }
    const code = body.length < 2 ? 1005 : Buffer.from(body).readUInt16BE(0);
    const reason = Buffer.from(body.subarray(2)).toString();
    this.#tell({ type: 'close', code, reason, wasClean: true });
  }

  #tell(event: ScriptEvent): void {
    this.told.push(...this.#behaviour.tell(event));
    for (const look of [...this.#looks]) look();
  }

  async #next(type: string): Promise<void> {
    await new Promise<void>((resolve) => {
      const look = () => {
        if (!this.told.some((event) => event.type === type)) return;
        this.#looks.delete(look);
        resolve();
      };
      this.#looks.add(look);
      look();
    });
  }
}

/** Ignores one of the rules for responses. */
export const ignoring = (
  name: string,
  rule: string,
  fails: FaultyClient['fails'],
): FaultyClient => ({
  name,
  behaviour: { response: without(correctClient.response, rule) },
  fails,
});
