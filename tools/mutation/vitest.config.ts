import { defineConfig } from 'vitest/config';
import shared from '../../vitest.config.js';

/** The configuration of mutation testing. run.mjs sets the folder of the tests. */
export default defineConfig({
  ...shared,
  test: {
    include: ['**/*.test.ts'],
    // The contract has a thousand cases and would take too long per mutant. The loading tests run the built files, which are not mutated.
    exclude: ['**/contract*.test.ts', '**/loading.test.ts'],
    // Loading all modules again for each file would take longer than the tests.
    isolate: false,
    // Coverage per test can only be measured when tests run one at a time.
    maxConcurrency: 1,
    // Instrumented code is slow. Stryker itself ends mutants that hang.
    testTimeout: 20_000,
  },
});
