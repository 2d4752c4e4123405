import { MemoryDatastore } from '@anybucket/backend-memory';
import { contract } from '@anybucket/core/contract';
import { afterAll, describe, test } from 'vitest';

contract('memory', () => new MemoryDatastore(), { describe, test: test.concurrent, afterAll });
