/**
 * esbuild turns TypeScript into JavaScript for browsers. A checkout has it; the package does not need
 * it, as its pages are JavaScript, so it is loaded only where there is TypeScript.
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

export function esbuild(): typeof import('esbuild') {
  return require('esbuild');
}

/** The same settings as in `npm run check`. */
export const languageSettings = {
  target: 'es2023',
  charset: 'utf8',
  tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true, useDefineForClassFields: true } },
} as const;
