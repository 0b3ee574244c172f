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
