/** Self-contained functions that run in a page, and the declarations they need. */
import type { ConsoleMessage } from './session.ts';

declare const document: { readonly URL: string; readonly readyState: string };
declare function addEventListener(type: 'load', listener: () => void, options: object): void;
declare function addEventListener(
  type: 'error' | 'unhandledrejection',
  listener: (event: { readonly message: string; readonly reason: unknown }) => void,
): void;

/**
 * The URL of the page, once it has loaded completely. On a busy machine, WebKitGTK's driver
 * sometimes answers when the document is parsed but its modules have not run yet.
 */
export function whenLoaded(): Promise<string> {
  return new Promise((resolve) => {
    const tell = () => resolve(document.URL);
    if (document.readyState === 'complete') tell();
    else addEventListener('load', tell, { once: true });
  });
}

declare global {
  var __framewrightConsole: ConsoleMessage[] | undefined;
}

/** Collects the page's console messages; may run any number of times. */
export function hookConsole(): void {
  if (globalThis.__framewrightConsole) return;
  const messages: ConsoleMessage[] = [];
  globalThis.__framewrightConsole = messages;
  for (const kind of ['log', 'debug', 'info', 'warn', 'error'] as const) {
    const original = console[kind];
    console[kind] = (...args: unknown[]) => {
      messages.push({ kind, text: args.map(String).join(' ') });
      original.apply(console, args);
    };
  }
  addEventListener('error', (event) => messages.push({ kind: 'uncaught', text: event.message }));
  addEventListener('unhandledrejection', (event) =>
    messages.push({ kind: 'uncaught', text: String(event.reason) }),
  );
}
