/** Payloads of an exact size that differ from message to message, to reveal mixed-up replies. */

import { Buffer } from 'node:buffer';

/** Pseudo-random bytes with `n` in the first four. */
export function binaryMessage(bytes: number, n: number): Buffer {
  const payload = Buffer.from(noise(bytes));
  payload.writeUInt32BE(n >>> 0, 0);
  return payload;
}

const scripts = 'Größenmaß, naïve; Привет, как дела? 日本語のテキスト。 שלום עולם 😀🚀 ';

/** Valid UTF-8 with characters of two, three and four bytes, with `n` at the front. */
export function nonAsciiMessage(bytes: number, n: number): Buffer {
  let text = `${n} `;
  const left = bytes - Buffer.byteLength(text);
  const whole = Math.floor(left / Buffer.byteLength(scripts));
  text += scripts.repeat(whole);
  return Buffer.from(text + '.'.repeat(bytes - Buffer.byteLength(text)));
}

const cities = ['Lisbon', 'Kraków', 'Nairobi', 'Osaka', 'Quito', 'Tromsø', 'Perth'];

/** A JSON object as a dashboard or a game would send it: repeated keys, varied values. */
export function jsonMessage(bytes: number, n: number): Buffer {
  const random = randomFrom(n + 1);
  const positions: object[] = [];
  const body = () => JSON.stringify({ type: 'positions', sequence: n, positions, end: '' });
  let longest = body();
  while (Buffer.byteLength(longest) <= bytes) {
    positions.push({
      id: random() >>> 8,
      city: cities[random() % cities.length],
      latitude: (random() % 180_000) / 1000,
      speed: (random() % 3000) / 10,
      online: random() % 2 === 0,
    });
    longest = body();
  }
  positions.pop();
  const padding = bytes - Buffer.byteLength(body());
  return Buffer.from(
    JSON.stringify({ type: 'positions', sequence: n, positions, end: '-'.repeat(padding) }),
  );
}

const noiseBySize = new Map<number, Buffer>();

function noise(bytes: number): Buffer {
  let made = noiseBySize.get(bytes);
  if (!made) {
    const random = randomFrom(bytes);
    made = Buffer.alloc(bytes);
    for (let at = 0; at < bytes; at++) made[at] = random() >>> 24;
    noiseBySize.set(bytes, made);
  }
  return made;
}

/** xorshift32: repeatable, and fast enough to fill 16 MiB. */
function randomFrom(seed: number): () => number {
  let state = (seed * 2654435761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
}
