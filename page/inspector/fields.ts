/**
 * The fields of a frame (RFC 6455 §5.2): the position of their bits, their meaning, and what is
 * wrong with them if this sender sent them.
 */
import type { FrameEvent as Frame } from '../../inspector/session-events.ts';
import { closeCodeOf, describePayload, fromHex, readUtf8, spaced } from './payload.js';

export interface Field {
  readonly name: string;
  /** what fits into its bits */
  readonly label: string;
  /** index of its first bit in the frame */
  readonly start: number;
  /** in bits */
  readonly length: number;
  readonly value: string;
  /** a sentence */
  readonly meaning: string;
  /** of RFC 6455 unless it names another */
  readonly section: string;
  /** a sentence, if no correct sender would have sent this */
  readonly problem?: string;
}

const opcodeNames: Record<number, string> = {
  0: 'continuation',
  1: 'text',
  2: 'binary',
  8: 'close',
  9: 'ping',
  10: 'pong',
};

export function nameOf(opcode: number) {
  return opcodeNames[opcode] ?? `reserved ${opcode}`;
}

export function fieldsOf(frame: Frame) {
  const fields: Field[] = [
    finField(frame),
    ...reservedFields(frame),
    opcodeField(frame),
    maskField(frame),
    ...lengthFields(frame),
  ];
  let start = fields.reduce((sum, field) => sum + field.length, 0);
  if (frame.maskKey) {
    fields.push(maskKeyField(frame.maskKey, start));
    start += 32;
  }
  if (frame.payloadLength > 0) fields.push(payloadField(frame, start));
  return fields;
}

function finField(frame: Frame): Field {
  const control = frame.opcode >= 8;
  return {
    name: 'FIN',
    label: 'FIN',
    start: 0,
    length: 1,
    value: bit(frame.fin),
    meaning: frame.fin
      ? 'This frame ends its message.'
      : 'More frames of this message follow: it is fragmented.',
    section: '5.4',
    ...(control && !frame.fin ? { problem: 'A control frame cannot be fragmented (§5.5).' } : {}),
  };
}

function reservedFields(frame: Frame): Field[] {
  const values = [frame.rsv1, frame.rsv2, frame.rsv3];
  return values.map((value, i) => {
    const name = `RSV${i + 1}`;
    if (i === 0 && frame.deflate && value && (frame.opcode === 1 || frame.opcode === 2)) {
      return {
        name,
        label: name,
        start: 1,
        length: 1,
        value: '1',
        meaning:
          'The message is compressed, as permessage-deflate was negotiated in the handshake.',
        section: 'RFC 7692 6',
      };
    }
    return {
      name,
      label: name,
      start: 1 + i,
      length: 1,
      value: bit(value),
      meaning: 'Reserved for extensions: 0 unless a negotiated one gives it a meaning.',
      section: '5.2',
      ...(value ? { problem: `No negotiated extension gives ${name} a meaning here.` } : {}),
    };
  });
}

function opcodeField({ opcode }: Frame): Field {
  const meanings: Record<number, [string, string]> = {
    0: ['The next fragment of the message that an earlier frame started.', '5.4'],
    1: ['A text message begins: its payload, all fragments together, is UTF-8.', '5.6'],
    2: ['A binary message begins: the application defines the meaning of its bytes.', '5.6'],
    8: [
      'Close: the sender sends nothing after it, and waits for the Close of the other side.',
      '5.5.1',
    ],
    9: ['Ping: the other side answers with a Pong with the same payload.', '5.5.2'],
    10: ['Pong: the answer to a Ping, or an unsolicited sign of life.', '5.5.3'],
  };
  const [meaning, section] = meanings[opcode] ?? [
    `Opcode ${opcode} is reserved for ${opcode >= 8 ? 'control' : 'data'} frames of the future.`,
    '5.2',
  ];
  return {
    name: 'opcode',
    label: nameOf(opcode),
    start: 4,
    length: 4,
    value: opcode.toString(2).padStart(4, '0'),
    meaning,
    section,
    ...(meanings[opcode]
      ? {}
      : { problem: 'A receiver that does not support it fails the connection.' }),
  };
}

function maskField({ from, maskKey }: Frame): Field {
  const masked = maskKey !== undefined;
  return {
    name: 'MASK',
    label: 'MASK',
    start: 8,
    length: 1,
    value: bit(masked),
    meaning: masked
      ? 'The payload is masked, and the key follows the length. Clients mask every frame.'
      : 'The payload is not masked. Servers never mask.',
    section: '5.1',
    ...(masked === (from === 'client')
      ? {}
      : {
          problem: masked
            ? 'A server must not mask; a client that sees it closes with 1002.'
            : 'A client must mask; a server that sees this closes with 1002.',
        }),
  };
}

function lengthFields({
  lengthForm,
  declaredLength,
  payloadLength,
  complete,
  opcode,
}: Frame): Field[] {
  const grouped = BigInt(declaredLength).toLocaleString('en');
  const bytes = `${grouped} ${declaredLength === '1' ? 'byte' : 'bytes'}`;
  const minimal = BigInt(declaredLength) < 126n ? 7 : BigInt(declaredLength) < 65_536n ? 16 : 64;
  const problem = lengthProblem();
  const marker = lengthForm === 16 ? 126 : 127;
  const first: Field = {
    name: 'payload length',
    label: lengthForm === 7 ? `length ${declaredLength}` : `${marker}`,
    start: 9,
    length: 7,
    value: lengthForm === 7 ? declaredLength : String(marker),
    meaning:
      lengthForm === 7
        ? `The payload is ${bytes} long. Up to 125 fits here; 126 and 127 announce longer fields.`
        : `${marker}: the length is in the next ${lengthForm} bits.`,
    section: '5.2',
    ...(lengthForm === 7 && problem ? { problem } : {}),
  };
  if (lengthForm === 7) return [first];
  return [
    first,
    {
      name: 'extended payload length',
      label: `length ${declaredLength}`,
      start: 16,
      length: lengthForm,
      value: declaredLength,
      meaning: `The payload is ${bytes} long, written in ${lengthForm} bits, highest byte first.`,
      section: '5.2',
      ...(problem ? { problem } : {}),
    },
  ];

  function lengthProblem() {
    if (BigInt(declaredLength) >= 1n << 63n) return 'The highest bit of a 64-bit length must be 0.';
    if (lengthForm > minimal) return `The shortest form that fits must be used: ${minimal} bits.`;
    if (opcode >= 8 && BigInt(declaredLength) > 125n) {
      return 'A control frame carries at most 125 bytes (§5.5).';
    }
    if (!complete) {
      return `Only ${payloadLength.toLocaleString('en')} bytes arrived before the stream ended.`;
    }
    return undefined;
  }
}

function maskKeyField(key: string, start: number): Field {
  return {
    name: 'masking key',
    label: `masking key ${spaced(key)}`,
    start,
    length: 32,
    value: spaced(key),
    meaning:
      'Fresh for every frame and unpredictable. Byte i of the payload is XORed with byte ' +
      'i mod 4 of this key, so that no page can choose the bytes on the wire.',
    section: '5.3',
  };
}

function payloadField(frame: Frame, start: number): Field {
  const problem = payloadProblem(frame);
  return {
    name: 'payload',
    label: 'payload',
    start,
    length: frame.payloadLength * 8,
    value: describePayload(frame),
    meaning: frame.maskKey
      ? 'Each cell shows the byte on the wire, and below it the byte after unmasking.'
      : 'The bytes on the wire are those of the application.',
    section: frame.opcode === 8 ? '5.5.1' : '5.2',
    ...(problem ? { problem } : {}),
  };
}

function payloadProblem({ opcode, payload, payloadLength }: Frame) {
  if (opcode !== 8) return undefined;
  if (payloadLength === 1) return 'A Close frame is empty or begins with a code of two bytes.';
  const code = closeCodeOf(payload);
  if (code !== undefined && !mayStandInClose(code)) {
    return `${code} must not appear in a Close frame (§7.4).`;
  }
  if (readUtf8(fromHex(payload).subarray(2)) === undefined) return 'The reason is not UTF-8.';
  return undefined;
}

/** RFC 6455 §7.4.1 and §7.4.2, and the codes registered since. */
function mayStandInClose(code: number) {
  if (code >= 3000 && code <= 4999) return true;
  return code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code);
}

function bit(value: boolean) {
  return value ? '1' : '0';
}
