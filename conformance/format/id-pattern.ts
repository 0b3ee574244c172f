/**
 * Whether the whole text fits the pattern; `*` stands for any characters, everything else for
 * itself. This is not a regular expression, which could need exponential time if there are many
 * `*`.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return pattern === text;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  // The earliest place of each leaves the most room for those after it.
  for (const literal of others) {
    const found = text.indexOf(literal, from);
    if (found < 0) return false;
    from = found + literal.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}
