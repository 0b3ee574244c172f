/** The nesting depth of JSON, found without parsing it. */

const backslash = 0x5c;

/**
 * The deepest level of lists and objects in JSON; any number if the text is not JSON.
 * @param most beyond this depth the rest is not read
 */
export function nestingOf(json: string, most: number): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < json.length && deepest <= most; at += 1) {
    const character = json[at];
    if (character === '"') at = endOfString(json, at + 1);
    else if (character === '[' || character === '{') {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (character === ']' || character === '}') depth -= 1;
  }
  return deepest;
}

/** The position of the closing quotation mark. */
function endOfString(json: string, start: number): number {
  for (let from = start; ; ) {
    const end = json.indexOf('"', from);
    if (end < 0) return json.length;
    let escapes = 0;
    while (json.charCodeAt(end - 1 - escapes) === backslash) escapes += 1;
    if (escapes % 2 === 0) return end;
    from = end + 1;
  }
}
