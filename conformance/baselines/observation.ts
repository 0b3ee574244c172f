/** What was observed of a browser, in the form in which it is the same in every run. */
import { forTerminal } from '../untrusted/inert.ts';

/** What changes from run to run, and what stands for it. */
const changing: readonly (readonly [RegExp, string])[] = [
  [/[\r\n]+/g, ' '],
  // Whether TCP ends in a FIN or in a reset depends on what was still on its way.
  [/\b(?:FIN|RST)\b/g, 'the end of TCP'],
  // Cases are served at addresses and ports of their own.
  [/\b127\.0\.0\.\d+\b/g, '127.0.0.*'],
  [/(?<=[\w\]*]):\d{4,5}\b/g, ':*'],
  [/\b\d+(?:\.\d+)? ms\b/g, '* ms'],
  // A Sec-WebSocket-Key, and the accept of one.
  [/[\w+/]{22}==|[\w+/]{27}=/g, '*'],
];

/** `observed` of a result without times, addresses, ports and keys; `*` stands for each of them. */
export function observationOf(observed: string): string {
  const stable = changing.reduce((text, [what, standIn]) => text.replace(what, standIn), observed);
  return forTerminal(stable.trim());
}
