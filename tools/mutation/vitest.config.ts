import { defineConfig } from 'vitest/config';
import shared from '../../vitest.config.js';

/** How mutation testing runs tests; those of which folder, run.mjs says. */
export default defineConfig({
  ...shared,
  test: {
    include: ['**/*.test.ts'],
    // A package's own tests must notice. The contract, a thousand cases more, takes too long for each mutant; the other looks at what is built.
    exclude: ['**/contract*.test.ts', '**/bundle.test.ts'],
    // To load everything anew for each file would take longer than the tests.
    isolate: false,
    // Which lines a test reaches is only known when it runs alone.
    maxConcurrency: 1,
    // Code that counts its mutants is slow, and a mutant that hangs is ended from outside.
    testTimeout: 20_000,
  },
});
