import type { BackendModule, BackendSettings } from '@anybucket/core';
import { expectTypeOf, test } from 'vitest';
import * as module from '../src/index.js';
import type { MinioDatastoreOptions } from '../src/index.js';

// Nothing here runs: the compiler is the judge.
test('the settings that core declares for this backend are its options', () => {
  expectTypeOf<BackendSettings['minio']>().toEqualTypeOf<Omit<MinioDatastoreOptions, 'name'>>();
  expectTypeOf(module).toExtend<BackendModule>();
});
