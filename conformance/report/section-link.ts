/** Links to the sections that contain the rules. */

/** Documents whose sections have no permanent addresses. */
const livingDocuments: Readonly<Record<string, string>> = {
  'W3C Mixed Content': 'https://www.w3.org/TR/mixed-content/',
  'WHATWG Fetch': 'https://fetch.spec.whatwg.org/',
  'WHATWG HTML': 'https://html.spec.whatwg.org/multipage/',
  'WHATWG URL': 'https://url.spec.whatwg.org/',
  'WHATWG WebSockets': 'https://websockets.spec.whatwg.org/',
};

/** @param reference `RFC 6455 §5.4` */
export function sectionLink(reference: string): string | undefined {
  const [, number, section] = /^RFC (\d+) §([\d.]+)$/.exec(reference) ?? [];
  if (number) return `https://www.rfc-editor.org/rfc/rfc${number}#section-${section}`;
  const [document = ''] = reference.split(' §');
  return Object.hasOwn(livingDocuments, document) ? livingDocuments[document] : undefined;
}
