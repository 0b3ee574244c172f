import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FrameEvent } from '../../inspector/session-events.ts';
import { fieldsOf, nameOf } from './fields.ts';

function frame(changes: Partial<FrameEvent>): FrameEvent {
  const payload = changes.payload ?? '';
  return {
    kind: 'frame',
    connection: 1,
    at: 0,
    from: 'server',
    injected: false,
    offset: 0,
    complete: true,
    header: '',
    fin: true,
    rsv1: false,
    rsv2: false,
    rsv3: false,
    opcode: 1,
    lengthForm: 7,
    declaredLength: String(payload.length / 2),
    payload,
    payloadLength: payload.length / 2,
    deflate: false,
    ...changes,
  };
}

const problemsOf = (changes: Partial<FrameEvent>) =>
  fieldsOf(frame(changes)).flatMap(({ name, problem }) => (problem ? [`${name}: ${problem}`] : []));

test('the fields of a masked frame with a 16-bit length fill its bits without a gap', () => {
  const fields = fieldsOf(
    frame({
      from: 'client',
      maskKey: '37fa213d',
      lengthForm: 16,
      payload: '61'.repeat(200),
      opcode: 2,
    }),
  );
  const spans = fields.map(({ name, start, length }) => `${name} ${start}+${length}`);
  assert.deepEqual(spans, [
    'FIN 0+1',
    'RSV1 1+1',
    'RSV2 2+1',
    'RSV3 3+1',
    'opcode 4+4',
    'MASK 8+1',
    'payload length 9+7',
    'extended payload length 16+16',
    'masking key 32+32',
    'payload 64+1600',
  ]);
  assert.deepEqual(
    fields.filter((field) => field.problem),
    [],
  );
});

test('a value that no correct sender sends is a problem of its field', () => {
  const client = { from: 'client', maskKey: '00000000' } as const;
  const cases: [Partial<FrameEvent>, string[]][] = [
    [{}, []],
    [client, []],
    [{ from: 'client' }, ['MASK: A client must mask; a server that sees this closes with 1002.']],
    [
      { maskKey: '00000000' },
      ['MASK: A server must not mask; a client that sees it closes with 1002.'],
    ],
    [{ rsv1: true }, ['RSV1: No negotiated extension gives RSV1 a meaning here.']],
    [{ rsv1: true, deflate: true }, []],
    [
      { rsv1: true, deflate: true, opcode: 9 },
      ['RSV1: No negotiated extension gives RSV1 a meaning here.'],
    ],
    [{ opcode: 11 }, ['opcode: A receiver that does not support it fails the connection.']],
    [{ opcode: 9, fin: false }, ['FIN: A control frame cannot be fragmented (§5.5).']],
    [
      { opcode: 9, lengthForm: 16, payload: '00'.repeat(126) },
      ['extended payload length: A control frame carries at most 125 bytes (§5.5).'],
    ],
    [
      { lengthForm: 64, payload: '00' },
      ['extended payload length: The shortest form that fits must be used: 7 bits.'],
    ],
    [
      { lengthForm: 64, declaredLength: '9223372036854775808', complete: false },
      ['extended payload length: The highest bit of a 64-bit length must be 0.'],
    ],
    [
      { declaredLength: '5', payload: '61', complete: false },
      ['payload length: Only 1 bytes arrived before the stream ended.'],
    ],
    [
      { opcode: 8, payload: '03' },
      ['payload: A Close frame is empty or begins with a code of two bytes.'],
    ],
    [{ opcode: 8, payload: '03ee' }, ['payload: 1006 must not appear in a Close frame (§7.4).']],
    [{ opcode: 8, payload: '03e8ff' }, ['payload: The reason is not UTF-8.']],
    [{ opcode: 8, payload: '0fa0' }, []],
  ];
  assert.deepEqual(
    cases.map(([changes]) => problemsOf(changes)),
    cases.map(([, problems]) => problems),
  );
});

test('opcodes have names', () => {
  assert.deepEqual([0, 1, 2, 3, 8, 9, 10, 15].map(nameOf), [
    'continuation',
    'text',
    'binary',
    'reserved 3',
    'close',
    'ping',
    'pong',
    'reserved 15',
  ]);
});
