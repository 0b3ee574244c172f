/**
 * What the e2e run leaves out: the pages of the harness itself, which people look at, and the cases
 * for clients, which are what `framewright browsers` plays. `npm test` runs both:
 *
 *     npx playwright test --config playwright.tools.config.ts
 */
import { defineConfig } from '@playwright/test';
import main from './playwright.config.ts';

export default defineConfig({ ...main, testDir: 'e2e/tools' });
