import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleRun, sampleTimeline } from '../testing/sample-run.ts';
import { type Conversation, readConversation } from '../wire/conversation.ts';
import { TimelineRecorder } from '../wire/timeline.ts';
import { opcodes, writeFrame } from '../wire/wire.ts';
import { renderAutobahn } from './autobahn.ts';
import { closingOf } from './autobahn-closing.ts';

test('index.json has an entry per Autobahn case, with the worst of our verdicts', async () => {
  const files = renderAutobahn([await sampleRun()]);
  const agent = 'sample 1.0';
  const entry = (id: string, behavior: string, behaviorClose: string, played = true) => ({
    behavior,
    behaviorClose,
    duration: played ? 2 : 0,
    remoteCloseCode: played ? 1000 : null,
    reportfile: `sample_1_0_case_${id.replaceAll('.', '_')}.json`,
  });
  assert.deepEqual(JSON.parse(files.get('index.json')!), {
    [agent]: {
      '5.1': entry('5.1', 'FAILED', 'OK'),
      '5.2': entry('5.2', 'FAILED', 'OK'),
      '7.1.1': entry('7.1.1', 'NON-STRICT', 'OK'),
      '12.1.1': entry('12.1.1', 'UNIMPLEMENTED', 'UNIMPLEMENTED', false),
    },
  });
});

test('each entry has its file, which lists our cases', async () => {
  const files = renderAutobahn([await sampleRun()]);
  const index = JSON.parse(files.get('index.json')!) as Record<
    string,
    Record<string, { reportfile: string }>
  >;
  const named = Object.values(index['sample 1.0']!).map(({ reportfile }) => reportfile);
  assert.deepEqual([...files.keys()].toSorted(), ['index.json', ...named].toSorted());
  const file = JSON.parse(files.get('sample_1_0_case_5_1.json')!);
  assert.deepEqual(
    file.cases.map(({ id, verdict }: { id: string; verdict: string }) => [id, verdict]),
    [
      ['sample/kept', 'pass'],
      ['sample/broken', 'fail'],
    ],
  );
});

test('two targets of the same name get different entries', async () => {
  const run = await sampleRun();
  const files = renderAutobahn([run, run]);
  assert.deepEqual(Object.keys(JSON.parse(files.get('index.json')!)), [
    'sample 1.0',
    'sample 1.0 (2)',
  ]);
  assert.equal(files.size, 9);
});

test('hostile agent names neither overwrite nor lose files', async () => {
  const run = await sampleRun();
  const { version: _, ...target } = run.target;
  const named = (name: string) => ({ ...run, target: { ...target, name } });
  const long = 'a'.repeat(500);
  const names = ['x y', 'x/y', 'X_Y', '__proto__', '日本', '中国', long, `${long}b`];
  const files = renderAutobahn(names.map(named));
  const index = JSON.parse(files.get('index.json')!) as Record<string, object>;
  assert.deepEqual(Object.keys(index), names);
  assert.equal(files.size, 1 + names.length * 4);
  for (const name of files.keys()) assert.match(name, /^[a-z0-9_]{1,120}(_case_[\d_]+)?\.json$/);
});

const maskKey = Uint8Array.of(1, 2, 3, 4);
const frame = (opcode: number, payload: Uint8Array = new Uint8Array(0)) => ({ opcode, payload });
const code = (value: number) => Uint8Array.of(value >> 8, value & 0xff);
const closing = (value: number) => frame(opcodes.close, code(value));

/** A plain handshake, then the frames of either side, and how the server ended TCP. */
function conversationOf(
  said: readonly (readonly ['client' | 'server', ReturnType<typeof frame>])[],
  end?: 'fin',
): Conversation {
  const recorder = new TimelineRecorder('tcp');
  for (const { from, bytes } of sampleTimeline()
    .entries.flatMap((entry) => (entry.kind === 'bytes' ? [entry] : []))
    .slice(0, 2)) {
    recorder.bytes(from, bytes);
  }
  for (const [from, { opcode, payload }] of said) {
    recorder.bytes(from, writeFrame({ opcode, payload, ...(from === 'client' && { maskKey }) }));
  }
  if (end) recorder.end(end, 'server');
  return readConversation(recorder.timeline());
}

const bad = ['client', frame(3)] as const;
const ping = ['client', frame(opcodes.ping)] as const;
const asks = ['client', closing(1000)] as const;
const answers = (value: number) => ['server', closing(value)] as const;
const answersBarely = ['server', frame(opcodes.close)] as const;

/** Each as Autobahn judges it: who closed first, whether it was clean if required, the code. */
const closings: readonly (readonly [
  how: string,
  id: string,
  caseId: string,
  conversation: Conversation,
  closing: string,
])[] = [
  ['dropped without a Close', '4.1.1', 'opcodes/reserved-3', conversationOf([bad], 'fin'), 'OK'],
  [
    'failed with the code',
    '4.1.1',
    'opcodes/reserved-3',
    conversationOf([bad, answers(1002)], 'fin'),
    'OK',
  ],
  [
    'failed without a code',
    '4.1.1',
    'opcodes/reserved-3',
    conversationOf([bad, answersBarely], 'fin'),
    'OK',
  ],
  [
    'failed with 1000',
    '4.1.1',
    'opcodes/reserved-3',
    conversationOf([bad, answers(1000)], 'fin'),
    'WRONG CODE',
  ],
  ['not failed', '4.1.1', 'opcodes/reserved-3', conversationOf([bad, ping]), 'FAILED'],
  [
    'failed, and TCP left open',
    '4.1.1',
    'opcodes/reserved-3',
    conversationOf([bad, answers(1002)]),
    'FAILED BY CLIENT',
  ],
  ['a Close answered', '7.3.3', 'close/code', conversationOf([asks, answers(1000)], 'fin'), 'OK'],
  ['a Close not answered', '7.3.3', 'close/code', conversationOf([asks], 'fin'), 'UNCLEAN'],
  ['TCP left open', '7.3.3', 'close/code', conversationOf([asks, answers(1000)]), 'UNCLEAN'],
  [
    'another code',
    '7.3.3',
    'close/code',
    conversationOf([asks, answers(1001)], 'fin'),
    'WRONG CODE',
  ],
  [
    'the target closes first',
    '7.3.3',
    'close/code',
    conversationOf([answers(1000), asks], 'fin'),
    'FAILED',
  ],
  ['a bad Close, dropped', '7.9.1', 'close-code/invalid-0', conversationOf([asks], 'fin'), 'OK'],
];

for (const [how, id, caseId, conversation, expected] of closings) {
  test(`Autobahn's verdict on ${id}, ${how}, is ${expected}`, () => {
    assert.equal(closingOf(id, caseId, conversation, 'server'), expected);
  });
}
