/**
 * Loads Playwright when it is needed, as the CommonJS module that it is: for an import Node reads
 * its megabytes a second time to find the names of the exports.
 */
import { createRequire } from 'node:module';
import { requirePackages } from './optional-packages.ts';

const require = createRequire(import.meta.url);

/** @throws {MissingPackages} */
export function playwright(): typeof import('playwright') {
  requirePackages(['playwright']);
  return require('playwright');
}
