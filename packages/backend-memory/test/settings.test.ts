import type { BackendModule, BackendSettings } from '@anybucket/core';
import { expectTypeOf, test } from 'vitest';
import * as module from '../src/index.js';
import type { MemoryDatastoreOptions } from '../src/index.js';

// Nothing here runs: the compiler is the judge.
test('the settings that core declares for this backend are its options', () => {
  expectTypeOf<BackendSettings['memory']>().toEqualTypeOf<Omit<MemoryDatastoreOptions, 'name'>>();
  expectTypeOf(module).toExtend<BackendModule>();
});
