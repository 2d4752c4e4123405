import { describe, test } from 'node:test';
import { MemoryDatastore } from '@anybucket/backend-memory';
import { contract } from '@anybucket/core/contract';

contract('memory', () => new MemoryDatastore(), { describe, test });
