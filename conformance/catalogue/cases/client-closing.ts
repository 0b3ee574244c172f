import type { Case } from '../../format/case.ts';
import { rfc6455, webSockets } from '../../format/document.ts';
import {
  closed,
  echoOf,
  failedAlone,
  gone,
  optional,
  pongOf,
  refused,
} from '../../format/expectation.ts';
import type { ExpectedScriptEvent, ScriptAction } from '../../format/program.ts';
import { closesCleanly, failsToConnect } from '../../format/program.ts';
import { clientOnly } from '../../format/role.ts';
import {
  awaits,
  close,
  continuation,
  eachInItsOwnSegment,
  fin,
  frame,
  ping,
  rst,
  text,
} from '../../format/step.ts';

const open: ScriptAction = { do: 'await', event: 'open' };
const sayReady: ScriptAction = { do: 'send', type: 'text', payload: 'ready' };
/** The server's Close comes while the program is at its task, in which it still does this. */
const beforeItIsTold = (action: ScriptAction): readonly ScriptAction[] => [
  open,
  sayReady,
  { do: 'block' },
  action,
];
const uncleanlyWith = (...codes: number[]): readonly ExpectedScriptEvent[] => [
  { type: 'open' },
  { type: 'error', optional: true },
  { type: 'close', code: codes, wasClean: false },
];
const uncleanly = uncleanlyWith(1006);

type Scripted = Omit<Case, 'id' | 'title' | 'level' | 'against' | 'script' | 'requirement'> & {
  readonly level?: Case['level'];
  readonly close?: Omit<Extract<ScriptAction, { do: 'close' }>, 'do'>;
};

/** The client's program closes as soon as it is open. */
const scripted = (
  id: string,
  title: string,
  requirement: string,
  { close: body = { code: 1000 }, ...rest }: Scripted,
): Case => ({
  id: `client-closing/${id}`,
  title,
  level: 'must',
  ...rfc6455('7.1'),
  requirement,
  against: clientOnly,
  alive: 'untested',
  script: [open, { do: 'close', ...body }],
  ...rest,
});

const longest = 'ж'.repeat(61);

export const clientClosing: readonly Case[] = [
  scripted(
    'begun-by-the-client',
    'close(1000) sends it, and is over when the answer has come',
    'the closing handshake is a Close each way, and the server then ends TCP',
    {
      ...rfc6455('7.1.2'),
      steps: [awaits('close'), close(1000)],
      expect: closed(1000, { script: closesCleanly(1000) }),
    },
  ),
  scripted(
    'begun-with-a-reason',
    'close(3001, "bye") sends both, and reports what the answer says',
    'the code that a program sees is the one it received',
    {
      ...rfc6455('7.1.5'),
      close: { code: 3001, reason: 'bye' },
      steps: [awaits('close'), close(1000, 'srv')],
      expect: closed(3001, {
        checks: [{ kind: 'closeReason', reason: 'bye' }],
        script: [{ type: 'open' }, { type: 'close', code: [1000], reason: 'srv', wasClean: true }],
      }),
    },
  ),
  scripted(
    'begun-without-a-code',
    'close() without arguments sends a Close without a body',
    'a Close without a body says nothing, and a program sees 1005',
    {
      ...rfc6455('7.1.5'),
      close: {},
      steps: [awaits('close'), close()],
      expect: closed('none', { script: closesCleanly(1005) }),
    },
  ),
  scripted(
    'message-after-the-clients-close',
    'a message that arrives after close() is not delivered',
    'after its close() a program gets no messages',
    {
      ...webSockets('4'),
      steps: [awaits('close'), text('too late'), close(1000)],
      expect: closed(1000, { script: closesCleanly(1000) }),
    },
  ),
  scripted(
    'ping-after-the-clients-close',
    'a ping that arrives after close() gets its pong',
    'a ping is answered until the Close of the other side has come',
    {
      ...rfc6455('5.5.2'),
      steps: [awaits('close'), eachInItsOwnSegment(ping('still there?'), close(1000))],
      expect: closed(1000, { events: [pongOf('still there?')], script: closesCleanly(1000) }),
    },
  ),
  scripted(
    'inside-a-message-of-the-server',
    'a message that close() cuts in two ends the closing handshake no other way',
    'frames that come before the Close of the other side are read, and not reported',
    {
      ...rfc6455('5.5.1'),
      steps: [text('one', { fin: false }), awaits('close'), continuation('two'), close(1000)],
      expect: closed(1000, { script: closesCleanly(1000) }),
    },
  ),
  scripted(
    'reserved-opcode-after-the-clients-close',
    'a frame with a reserved opcode after close() fails the connection',
    'until the Close of the other side has come, an unknown opcode fails the connection',
    {
      ...rfc6455('5.2'),
      steps: [awaits('close'), eachInItsOwnSegment(frame(3, 'what?'), close(1001))],
      expect: closed(1000, { script: uncleanly }),
    },
  ),
  {
    id: 'client-closing/both-at-once',
    title: 'Closes that cross complete the closing handshake',
    level: 'must',
    ...rfc6455('7.1.2'),
    requirement: 'a Close each way is the closing handshake, in any order',
    against: clientOnly,
    alive: 'untested',
    script: beforeItIsTold({ do: 'close', code: 3001 }),
    steps: [awaits('message'), close(1000)],
    expect: closed([1000, 3001, 'none'], {
      events: [echoOf(text('ready'))],
      script: closesCleanly(1000),
    }),
  },
  {
    id: 'client-closing/message-after-the-servers-close',
    title: "a message after the server's Close is not delivered",
    level: 'must',
    ...webSockets('4'),
    requirement: 'after a Close the program gets no message, and the code of that Close',
    against: clientOnly,
    needs: ['script'],
    script: [],
    steps: [close(1000), text('too late')],
    expect: closed([1000, 'none'], { script: closesCleanly(1000) }),
  },
  {
    id: 'client-closing/message-crossing-the-servers-close',
    title: 'a message that crosses the server’s Close does no harm',
    level: 'must',
    ...rfc6455('5.5.1'),
    requirement: 'a Close is answered, whatever the client was about to send',
    against: clientOnly,
    alive: 'untested',
    script: beforeItIsTold({ do: 'send', type: 'text', payload: 'on its way' }),
    steps: [awaits('message'), close(1000)],
    expect: closed([1000, 'none'], {
      events: [echoOf(text('ready')), optional(echoOf(text('on its way')))],
      script: closesCleanly(1000),
    }),
  },
  {
    id: 'client-closing/reason-of-123-bytes',
    title: 'a reason of 122 bytes in two-byte characters reaches the program',
    level: 'must',
    ...rfc6455('7.1.6'),
    requirement: 'the reason that a program sees is the one in the Close',
    against: clientOnly,
    script: [],
    steps: [close(1000, longest)],
    expect: closed([1000, 'none'], {
      script: [{ type: 'open' }, { type: 'close', code: [1000], reason: longest, wasClean: true }],
    }),
  },
  scripted(
    'answered-by-fin',
    'close() that is answered by a FIN alone ends uncleanly',
    'without a Close from the other side the connection was not closed cleanly',
    {
      ...rfc6455('7.1.4'),
      steps: [awaits('close'), fin],
      expect: gone({ script: uncleanly }),
    },
  ),
  scripted(
    'answered-by-a-bad-code',
    'close() that is answered by a Close with the code 1005 ends uncleanly',
    'a Close that may not be sent is no answer',
    {
      level: 'should',
      ...rfc6455('7.4.1'),
      steps: [awaits('close'), close(1005)],
      // §7.1.5 requires the code of the first Close to be reported, and there is one, whatever it says.
      expect: closed([1000, 'none'], { script: uncleanlyWith(1005, 1006) }),
    },
  ),
  {
    id: 'client-closing/while-connecting',
    title: 'close() before the response has come aborts the connection',
    level: 'must',
    ...webSockets('3.1'),
    requirement: 'close() in the state CONNECTING fails the connection',
    against: clientOnly,
    alive: 'untested',
    script: [{ do: 'await-request' }, { do: 'close' }],
    handshake: { response: { lines: [], finished: false } },
    steps: [],
    expect: refused(undefined, { script: failsToConnect }),
  },
  ...(['fin', 'rst'] as const).map(
    (how): Case => ({
      id: `client-closing/${how}-without-a-close`,
      title: `TCP that ends by ${how.toUpperCase()} without a Close ends the connection uncleanly`,
      level: 'must',
      ...rfc6455('7.1.5'),
      requirement: 'without a Close the program gets 1006',
      against: clientOnly,
      alive: 'untested',
      // A program that has spoken has seen its open event, whatever comes then.
      script: [open, sayReady],
      steps: [awaits('message'), how === 'fin' ? fin : rst],
      expect: gone({ events: [echoOf(text('ready'))], script: uncleanly }),
    }),
  ),
  scripted(
    'answered-but-tcp-left-open',
    'close() that is answered, while the server leaves TCP open',
    'how long a client waits for the server to end TCP is not specified',
    {
      level: 'may',
      ...rfc6455('7.1.1'),
      steps: [awaits('close'), close(1000)],
      expect: { ...failedAlone(1000), script: closesCleanly(1000) },
    },
  ),
  {
    id: 'client-closing/servers-close-with-tcp-left-open',
    title: 'a Close of a server that leaves TCP open',
    level: 'may',
    ...rfc6455('7.1.1'),
    requirement: 'how long a client waits for the server to end TCP is not specified',
    against: clientOnly,
    steps: [close(1000)],
    expect: { ...failedAlone([1000, 'none']), script: closesCleanly(1000) },
  },
  scripted(
    'never-answered',
    'close() that is never answered',
    'how long a client waits for the answer is not specified',
    {
      level: 'may',
      ...rfc6455('7.1.1'),
      tags: ['slow'],
      observationTimeout: 70_000,
      steps: [awaits('close')],
      expect: { ...failedAlone(1000), script: uncleanly },
    },
  ),
];
