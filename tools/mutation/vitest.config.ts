import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';
import shared from '../../vitest.config.js';

/** The first test that fails ends the run of a mutant, so the many cases of the contract come behind the few that a package has of its own. */
class ContractLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isContract = ({ moduleId }: TestSpecification) => Number(moduleId.endsWith('/contract.test.ts'));
    return files.sort((a, b) => isContract(a) - isContract(b));
  }
}

/** How mutation testing runs tests; those of which folder, run.mjs says. */
export default defineConfig({
  ...shared,
  test: {
    include: ['**/*.test.ts'],
    // The one looks at the built package, where no mutant is; the other is the contract a second time, slower.
    exclude: ['**/loading.test.ts', '**/contract-delayed.test.ts'],
    sequence: { sequencer: ContractLast },
    // Which lines a test reaches is only known when it runs alone.
    maxConcurrency: 1,
    // To load everything anew for each file would take longer than the tests.
    isolate: false,
    // Code that counts its mutants is slow, and a mutant that hangs is ended from outside.
    testTimeout: 20_000,
  },
});
