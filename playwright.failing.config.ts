/** The tests of `e2e/wire/failing/`, which fail on purpose; `e2e/wire/keeping.spec.ts` runs them. */
import { defineConfig } from '@playwright/test';
import main from './playwright.wire.config.ts';

export default defineConfig({
  ...main,
  testDir: 'e2e/wire/failing',
  workers: 1,
  projects: main.projects!.map((project) => ({ ...project, testIgnore: [] })),
});
