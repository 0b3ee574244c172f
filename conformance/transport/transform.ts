/** Changes of a byte stream on its way through a relay. */

/** Sees the bytes of one direction in order. */
export interface Transform {
  /** @returns what goes on in their place */
  push(bytes: Uint8Array): Uint8Array;
  /** @returns what it still holds when the stream ends */
  end(): Uint8Array;
}

const emptyLine = '\r\n\r\n';
/** A stream that has no end of a head by then has none. */
const longestHead = 64 * 1024;

/**
 * Rewrites the HTTP/1.1 head that a stream begins with; what follows it stays as it is.
 * @param rewrite gets the head in Latin-1, with its empty line
 */
export function rewriteHead(rewrite: (head: string) => string): Transform {
  let held: Buffer | undefined = Buffer.alloc(0);
  return {
    push(bytes) {
      if (!held) return bytes;
      held = Buffer.concat([held, bytes]);
      const end = held.indexOf(emptyLine);
      if (end === -1 && held.length <= longestHead) return nothing;
      const whole = held;
      held = undefined;
      if (end === -1) return whole;
      const length = end + emptyLine.length;
      const head = Buffer.from(rewrite(whole.toString('latin1', 0, length)), 'latin1');
      return Buffer.concat([head, whole.subarray(length)]);
    },
    end() {
      const rest = held ?? nothing;
      held = undefined;
      return rest;
    },
  };
}

/** Lets only the HTTP/1.1 head pass that a stream begins with, and applies `rewrite` to it. */
export function headAlone(rewrite: (head: string) => string = (head) => head): Transform {
  const passHead = rewriteHead(rewrite);
  let isOver = false;
  return {
    push(bytes) {
      if (isOver) return nothing;
      const passed = Buffer.from(passHead.push(bytes));
      const end = passed.indexOf(emptyLine);
      isOver = passed.length > 0;
      return end === -1 ? passed : passed.subarray(0, end + emptyLine.length);
    },
    end: () => passHead.end(),
  };
}

const nothing = new Uint8Array(0);
