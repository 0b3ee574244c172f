/** The documents whose rules the cases check. */
export type Document =
  | 'RFC 6265'
  | 'RFC 6455'
  | 'RFC 7692'
  | 'RFC 8441'
  | 'RFC 9110'
  | 'RFC 9112'
  | 'W3C Mixed Content'
  | 'WHATWG Fetch'
  | 'WHATWG HTML'
  | 'WHATWG URL'
  | 'WHATWG WebSockets';

const sectionOf =
  <Name extends Document>(document: Name) =>
  (section: string) =>
    ({ document, section }) as const;

/** The document and section of a case, to be spread into it: `...rfc6455('5.4')`. */
export const rfc6455 = sectionOf('RFC 6455');
export const rfc7692 = sectionOf('RFC 7692');
export const rfc9110 = sectionOf('RFC 9110');
export const rfc9112 = sectionOf('RFC 9112');
export const webSockets = sectionOf('WHATWG WebSockets');
