/**
 * A second implementation of RFC 6455 §5, slow and simple: it takes all bytes at once. It shares no
 * code with server/protocol/ and gives the same events, so that the two can be compared.
 */

export interface SlowLimits {
  readonly maxMessageBytes: number;
  readonly maxFragments: number;
}

type Verdict = 'whole' | 'unfinished' | 'wrong';

function utf8(bytes: readonly number[]): Verdict {
  const decodes = (candidate: readonly number[]): boolean => {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(candidate));
      return true;
    } catch {
      return false;
    }
  };
  if (decodes(bytes)) return 'whole';
  // Unfinished: some continuation would complete it.
  const second = [0x80, 0x90, 0xa0];
  const endings = second.flatMap((byte) => [[byte], [byte, 0x80], [byte, 0x80, 0x80]]);
  return endings.some((ending) => decodes([...bytes, ...ending])) ? 'unfinished' : 'wrong';
}

function mayClose(code: number): boolean {
  if (code >= 3000 && code <= 4999) return true;
  return code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code);
}

function quoted(bytes: readonly number[]): string {
  return `"${Buffer.from(bytes).toString()}"`;
}

/** What happens on an open connection that receives these bytes from a client. */
export function slowDecode(bytes: Uint8Array, limits: SlowLimits): string[] {
  const story: string[] = [];
  const failed = (rule: string): string[] => [...story, `failed ${rule}`];
  let message: { text: boolean; payload: number[]; frames: number } | undefined;
  let at = 0;
  while (true) {
    const left = Array.from(bytes.subarray(at));
    const [first, second] = left;
    if (first === undefined || second === undefined) return story;
    const opcode = first % 16;
    const fin = first >= 128;
    if (Math.floor(first / 16) % 8 !== 0) return failed('reserved-bits');
    if (![0, 1, 2, 8, 9, 10].includes(opcode)) return failed('reserved-opcode');
    if (second < 128) return failed('unmasked-client-frame');
    const short = second - 128;
    if (opcode >= 8 && !fin) return failed('fragmented-control-frame');
    if (opcode >= 8 && short > 125) return failed('control-frame-too-long');

    const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
    if (left.length < 2 + lengthBytes) return story;
    const long = left
      .slice(2, 2 + lengthBytes)
      .reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
    if (lengthBytes === 8 && long >= 2n ** 63n) return failed('length-out-of-range');
    if (lengthBytes === 2 && long < 126n) return failed('non-minimal-length');
    if (lengthBytes === 8 && long < 65536n) return failed('non-minimal-length');
    const length = lengthBytes === 0 ? BigInt(short) : long;
    const start = 2 + lengthBytes + 4;
    if (left.length < start) return story;
    const key = left.slice(2 + lengthBytes, start);

    if (opcode === 0 && message === undefined) return failed('unexpected-continuation');
    if ((opcode === 1 || opcode === 2) && message !== undefined)
      return failed('interleaved-message');
    if (opcode === 1 || opcode === 2) message = { text: opcode === 1, payload: [], frames: 0 };
    if (opcode < 8) {
      message!.frames += 1;
      if (message!.frames > limits.maxFragments) return failed('too-many-fragments');
      const size = BigInt(message!.payload.length) + length;
      if (size > BigInt(limits.maxMessageBytes)) return failed('message-too-big');
    }

    const end = start + Number(length);
    const payload = left.slice(start, end).map((byte, i) => byte ^ key[i % 4]!);
    const whole = left.length >= end;
    if (opcode < 8) {
      message!.payload.push(...payload);
      const verdict = message!.text ? utf8(message!.payload) : 'whole';
      if (verdict === 'wrong') return failed('invalid-utf8');
      if (!whole) return story;
      if (fin) {
        if (verdict !== 'whole') return failed('invalid-utf8');
        const { text, payload: all } = message!;
        const shown = text ? quoted(all) : `"${Buffer.from(all).toString('hex')}"`;
        const size = all.length > 200 ? `${all.length}` : shown;
        story.push(`message ${text ? 'text' : 'binary'} ${size}`);
        message = undefined;
      }
    } else {
      if (!whole) return story;
      if (opcode === 9) story.push(`ping ${quoted(payload)}`);
      if (opcode === 10) story.push(`pong ${quoted(payload)}`);
      if (opcode === 8) {
        if (payload.length === 0) return [...story, 'close 1005 ""'];
        if (payload.length === 1) return failed('close-payload-of-one-byte');
        const code = payload[0]! * 256 + payload[1]!;
        if (!mayClose(code)) return failed('invalid-close-code');
        if (utf8(payload.slice(2)) !== 'whole') return failed('invalid-utf8-in-close-reason');
        return [...story, `close ${code} ${quoted(payload.slice(2))}`];
      }
    }
    at += end;
  }
}
