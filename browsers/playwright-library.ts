/**
 * Playwright, loaded as the CommonJS module it is: for an import Node reads its megabytes once more,
 * for the names of what they export.
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

export const { chromium, firefox, webkit } = require('playwright') as typeof import('playwright');
