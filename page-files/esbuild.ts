/**
 * esbuild turns TypeScript into what browsers run. A checkout has it; the package does not need it,
 * as its pages are JavaScript, so it is loaded where there is TypeScript and nowhere else.
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

export function esbuild(): typeof import('esbuild') {
  return require('esbuild');
}

/** As the compiler of `npm run check` understands the sources. */
export const languageSettings = {
  target: 'es2023',
  charset: 'utf8',
  tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true, useDefineForClassFields: true } },
} as const;
