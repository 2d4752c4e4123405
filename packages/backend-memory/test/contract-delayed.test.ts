import { MemoryDriver } from '@anybucket/backend-memory';
import { PortableDatastore, delayed } from '@anybucket/core/backend';
import { contract } from '@anybucket/core/contract';
import { afterAll, describe, test } from 'vitest';

// Memory operations never overlap by themselves. With a delay in every call, concurrent ones do.
contract('memory, delayed', () => new PortableDatastore(delayed(new MemoryDriver(), { ms: 2 })), {
  describe,
  test: test.concurrent,
  afterAll,
});
