/**
 * The files that compression and volume cases send: generated, with the kinds and sizes of real
 * files, and identical on every machine. Made on first use; `text` and `html` hold multi-byte
 * characters.
 */

/** A kind of content; the name says what it compresses like. */
export type DataFile = 'json' | 'html' | 'prose' | 'bitmap' | 'archive';

/** Octets of each file: those of the files that Autobahn's groups 12 and 13 send. */
export const dataFileSizes: Readonly<Record<DataFile, number>> = {
  json: 194_056,
  html: 263_647,
  prose: 222_218,
  bitmap: 263_222,
  archive: 1_042_328,
};

const made = new Map<DataFile, Uint8Array>();

/**
 * `length` octets from `start`, wrapping around at the end. For the text files both borders move
 * to the next character, so the excerpt is valid UTF-8 of about `length` octets.
 */
export function excerptOf(file: DataFile, start: number, length: number): Uint8Array {
  const from = start % dataFileSizes[file];
  const looped = loopOf(file, from + length + 4);
  if (file === 'bitmap' || file === 'archive') return looped.subarray(from, from + length);
  return looped.subarray(characterStart(looped, from), characterStart(looped, from + length));
}

function characterStart(bytes: Uint8Array, index: number): number {
  while (((bytes[index] ?? 0) & 0xc0) === 0x80) index += 1;
  return index;
}

/** The file over and over, at least so long; kept, as cases that wrap around do it a thousand times. */
function loopOf(file: DataFile, length: number): Uint8Array {
  const known = made.get(file);
  if (known && known.length >= length) return known;
  const size = dataFileSizes[file];
  const content = known?.subarray(0, size) ?? makers[file](size);
  const copies = Math.ceil(length / size);
  const looped = copies > 1 ? Buffer.concat(Array<Uint8Array>(copies).fill(content)) : content;
  made.set(file, looped);
  return looped;
}

const makers: Readonly<Record<DataFile, (size: number) => Uint8Array>> = {
  json: (size) => textOf(size, jsonRecord),
  html: (size) => textOf(size, htmlRow),
  prose: (size) => textOf(size, sentence),
  bitmap: makeBitmap,
  archive: makeArchive,
};

/** A small generator (xorshift32) with a fixed seed: the same bytes for ever. */
function makeRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

type Random = (below: number) => number;

const words = (
  'frame mask opcode payload window socket handshake fragment segment stream octet length header ' +
  'the a of and to in is it for on with that this by from one two after before while until not ' +
  'größe naïve señal 数据 данные κόσμε'
).split(' ');

function sentence(random: Random): string {
  const chosen = Array.from({ length: 5 + random(12) }, () => words[random(words.length)]!);
  return `${chosen.join(' ')}${random(5) === 0 ? '.\n\n' : '. '}`;
}

function jsonRecord(random: Random): string {
  const record = {
    id: random(1_000_000),
    kind: words[random(13)],
    open: random(2) === 0,
    position: [random(1800) / 10, random(900) / 10],
    tags: Array.from({ length: random(4) }, () => words[random(words.length)]),
  };
  return `${JSON.stringify(record)},\n`;
}

function htmlRow(random: Random): string {
  return `<tr class="${random(2) ? 'odd' : 'even'}"><td>${random(9999)}</td><td>${sentence(random).trim()}</td></tr>\n`;
}

/** Records until `size` octets are full; what is left over is filled with spaces. */
function textOf(size: number, record: (random: Random) => string): Uint8Array {
  const random = makeRandom(size);
  const content = Buffer.alloc(size, ' ');
  for (let end = 0; ; ) {
    const next = Buffer.from(record(random));
    if (end + next.length > size) return content;
    next.copy(content, end);
    end += next.length;
  }
}

/** An 8-bit grey bitmap of 512 × 512: header, palette, and a picture with noise, hard to compress. */
function makeBitmap(size: number): Uint8Array {
  const random = makeRandom(512);
  const bitmap = Buffer.alloc(size);
  bitmap.write('BM', 0, 'latin1');
  bitmap.writeUInt32LE(size, 2);
  bitmap.writeUInt32LE(1078, 10);
  bitmap.writeUInt32LE(40, 14);
  bitmap.writeInt32LE(512, 18);
  bitmap.writeInt32LE(512, 22);
  bitmap.writeUInt16LE(1, 26);
  bitmap.writeUInt16LE(8, 28);
  for (let grey = 0; grey < 256; grey += 1) bitmap.fill(grey, 54 + grey * 4, 57 + grey * 4);
  for (let pixel = 0; pixel < 512 * 512; pixel += 1) {
    const [x, y] = [pixel % 512, Math.floor(pixel / 512)];
    bitmap[1078 + pixel] = (((x * y) >> 10) + random(48)) & 0xff;
  }
  return bitmap;
}

/** Blocks of noise between blocks of text, as in a document with compressed parts. */
function makeArchive(size: number): Uint8Array {
  const random = makeRandom(0x50444620);
  const archive = Buffer.alloc(size);
  for (let start = 0; start < size; start += 4096) {
    const end = Math.min(start + 4096, size);
    if (random(4) === 0) archive.fill(sentence(random), start, end);
    else for (let index = start; index < end; index += 1) archive[index] = random(256);
  }
  return archive;
}
