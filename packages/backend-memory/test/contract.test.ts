import { contract } from '@anybucket/core/contract/vitest';
import { MemoryDatastore } from '@anybucket/backend-memory';

contract('memory', () => new MemoryDatastore());
