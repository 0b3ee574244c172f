/** An observation of a browser, reduced to what is the same in every run. */
import { forTerminal } from '../untrusted/inert.ts';

/** The parts that vary, and their replacements. */
const changing: readonly (readonly [RegExp, string])[] = [
  [/[\r\n]+/g, ' '],
  // Whether TCP ends with a FIN or a reset depends on what was still in transit.
  [/\b(?:FIN|RST)\b/g, 'the end of TCP'],
  // Cases are served at different addresses and ports.
  [/\b127\.0\.0\.\d+\b/g, '127.0.0.*'],
  [/(?<=[\w\]*]):\d{4,5}\b/g, ':*'],
  [/\b\d+(?:\.\d+)? ms\b/g, '* ms'],
  // A Sec-WebSocket-Key and its accept value.
  [/[\w+/]{22}==|[\w+/]{27}=/g, '*'],
];

/** `observed` of a result, with `*` for times, addresses, ports and keys. */
export function observationOf(observed: string): string {
  const stable = changing.reduce((text, [what, standIn]) => text.replace(what, standIn), observed);
  return forTerminal(stable.trim());
}
