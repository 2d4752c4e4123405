import { MemoryDatastore } from '@anybucket/backend-memory';
import { contract } from '@anybucket/core/contract';
import { afterAll, describe, test } from 'vitest';

contract("memory, keys: 's3'", () => new MemoryDatastore({ keys: 's3' }), { describe, test: test.concurrent, afterAll });
