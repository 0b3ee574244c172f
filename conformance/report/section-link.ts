/** Where the section that a rule stands in can be read. */

/** @param reference `RFC 6455 §5.4` */
export function sectionLink(reference: string): string | undefined {
  const [, number, section] = /^RFC (\d+) §([\d.]+)$/.exec(reference) ?? [];
  if (number) return `https://www.rfc-editor.org/rfc/rfc${number}#section-${section}`;
  return reference.startsWith('WHATWG') ? 'https://websockets.spec.whatwg.org/' : undefined;
}
