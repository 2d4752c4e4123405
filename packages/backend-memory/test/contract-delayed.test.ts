import { MemoryDriver } from '@anybucket/backend-memory';
import { PortableDatastore, delayed } from '@anybucket/core/backend';
import { contract } from '@anybucket/core/contract';
import { afterAll, describe, test } from 'vitest';

// Without delays, the calls of this backend run one after the other.
contract('memory, delayed', () => new PortableDatastore(delayed(new MemoryDriver(), { ms: 2 })), {
  describe,
  test: test.concurrent,
  afterAll,
});
